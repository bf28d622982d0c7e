//! A profile as a user writes it: `ramp 100/s..2000/s over 30s, hold 1m`.
//!
//! ```text
//! profile  = stage ("," stage)*
//! stage    = RATE "for" TIME                              that rate
//!          | "hold" TIME                                  the rate that the stage before ended with
//!          | "ramp" RATE ".." RATE "over" TIME            evenly from one rate to another
//!          | "step" RATE ".." RATE "by" RATE "every" TIME  stairs, both ends included
//!          | "bursts" "of" NUMBER "every" TIME "for" TIME so many at one moment, and again after each time
//!          | "spike" RATE "for" TIME                      that rate; a `hold` then holds what was before
//! ```

use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use super::rate::{Rate, RateError};
use super::shape::Stage;
use crate::model::Mistake;

/// More stages are taken for a slip of the pen.
const MOST_STAGES: usize = 1_000;

/// What a stage may look like.
const FORMS: &str = "a stage is `RATE for TIME`, `hold TIME`, `ramp RATE..RATE over TIME`, `step RATE..RATE by RATE every TIME`, `spike RATE for TIME` or `bursts of NUMBER every TIME for TIME`";

/// A profile as it was written, and the stages that it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stages {
    text: String,
    stages: Vec<Stage>,
}

impl Stages {
    /// One rate for a time, under the name of the rate.
    #[must_use]
    pub fn constant(rate: Rate, lasts: Duration) -> Self {
        Self {
            text: rate.to_string(),
            stages: vec![Stage::hold(Some(rate), lasts)],
        }
    }

    /// The text as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How long all stages take.
    #[must_use]
    pub fn duration(&self) -> Duration {
        let all = self.stages.iter().map(|stage| stage.lasts);
        all.fold(Duration::ZERO, Duration::saturating_add)
    }

    /// The stages after a warm-up at the rate that the first begins with.
    #[must_use]
    pub fn after(&self, warm_up: Duration) -> Vec<Stage> {
        let first = self.stages.first().and_then(|stage| stage.from);
        let mut stages = vec![Stage::hold(first, warm_up)];
        stages.extend(&self.stages);
        stages
    }
}

impl FromStr for Stages {
    type Err = Mistake;

    fn from_str(text: &str) -> Result<Self, Mistake> {
        let mut reader = Reader::new(text);
        loop {
            reader.stage()?;
            if reader.stages.len() > MOST_STAGES {
                let reason = format!("more than {MOST_STAGES} stages");
                return Err(reader.wrong(0..text.len(), reason, "write fewer or larger steps"));
            }
            match reader.next() {
                None => break,
                Some((_, ",")) => {}
                Some((at, _)) => {
                    let help = "put a comma between two stages";
                    return Err(reader.wrong(at, "the stage has ended before this", help));
                }
            }
        }
        Ok(Self {
            text: text.trim().to_owned(),
            stages: reader.stages,
        })
    }
}

/// Reads a text word by word; a comma and `..` are words of their own.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    stages: Vec<Stage>,
    /// The rate that `hold` holds once there is a stage; none for zero.
    resting: Option<Rate>,
}

type StageWord<'a> = (Range<usize>, &'a str);

impl<'a> Reader<'a> {
    const fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            stages: Vec::new(),
            resting: None,
        }
    }

    fn next(&mut self) -> Option<StageWord<'a>> {
        let word = self.text.get(self.at..)?.trim_start();
        let start = self.text.len() - word.len();
        let length = match word {
            "" => return None,
            _ if word.starts_with(',') => 1,
            _ if word.starts_with("..") => 2,
            _ => {
                let space = word.find(|one: char| one.is_whitespace() || one == ',');
                let ends = [space, word.find("..")];
                ends.into_iter().flatten().min().unwrap_or(word.len())
            }
        };
        self.at = start + length;
        Some((start..self.at, word.get(..length)?))
    }

    fn wrong(&self, at: Range<usize>, reason: impl Into<String>, help: &str) -> Mistake {
        Mistake::new(self.text, at, reason, help)
    }

    /// The next word; without one, what is missing.
    fn expect(&mut self, what: &str) -> Result<StageWord<'a>, Mistake> {
        let end = self.text.trim_end().len();
        let word = self.next();
        word.ok_or_else(|| self.wrong(end..end, format!("{what} is missing"), FORMS))
    }

    fn keyword(&mut self, keyword: &str) -> Result<(), Mistake> {
        let (at, word) = self.expect(&format!("`{keyword}`"))?;
        if word == keyword {
            return Ok(());
        }
        Err(self.wrong(at, format!("`{keyword}` is meant here"), FORMS))
    }

    /// The time behind a keyword.
    fn time(&mut self, keyword: &str) -> Result<Duration, Mistake> {
        self.keyword(keyword)?;
        self.bare_time()
    }

    fn bare_time(&mut self) -> Result<Duration, Mistake> {
        const HELP: &str = "write a time such as `30s`, `1m30s` or `500ms`";
        let (at, word) = self.expect("a time")?;
        match humantime::parse_duration(word) {
            Ok(time) if time.is_zero() => Err(self.wrong(at, "a stage takes some time", HELP)),
            Ok(time) => Ok(time),
            Err(error) => Err(self.wrong(at, format!("not a time: {error}"), HELP)),
        }
    }

    /// A rate; none for zero.
    fn rate(&mut self) -> Result<Option<Rate>, Mistake> {
        let (at, word) = self.expect("a rate")?;
        self.rate_in(at, word)
    }

    fn rate_in(&self, at: Range<usize>, word: &str) -> Result<Option<Rate>, Mistake> {
        match word.parse() {
            Ok(rate) => Ok(Some(rate)),
            Err(RateError::Zero) => Ok(None),
            Err(RateError::NotARate(_)) => Err(self.wrong(at, "neither a stage nor a rate", FORMS)),
            Err(RateError::TooHigh(_)) => {
                Err(self.wrong(at, "more than assize can send", "write a lower rate"))
            }
        }
    }

    /// A rate of a step, which cannot be zero.
    fn some_rate(&mut self) -> Result<Rate, Mistake> {
        let (at, word) = self.expect("a rate")?;
        let rate = self.rate_in(at.clone(), word)?;
        rate.ok_or_else(|| self.wrong(at, "a step cannot be zero", "write a rate above zero"))
    }

    fn stage(&mut self) -> Result<(), Mistake> {
        let (at, word) = self.expect("a stage")?;
        match word {
            "hold" => {
                if self.stages.is_empty() {
                    let help = "begin with `RATE for TIME` or a ramp";
                    return Err(self.wrong(at, "there is no rate to hold yet", help));
                }
                let lasts = self.bare_time()?;
                self.push(Stage::hold(self.resting, lasts));
            }
            "ramp" => {
                let from = self.rate()?;
                self.keyword("..")?;
                let to = self.rate()?;
                let lasts = self.time("over")?;
                self.push(Stage {
                    from,
                    to,
                    lasts,
                    bunched: Duration::ZERO,
                });
            }
            "step" => self.step(at.start)?,
            "bursts" => self.bursts()?,
            "spike" => {
                let (rate, before, first) = (self.rate()?, self.resting, self.stages.is_empty());
                let lasts = self.time("for")?;
                self.push(Stage::hold(rate, lasts));
                if !first {
                    self.resting = before;
                }
            }
            _ => {
                let rate = self.rate_in(at, word)?;
                let lasts = self.time("for")?;
                self.push(Stage::hold(rate, lasts));
            }
        }
        Ok(())
    }

    fn step(&mut self, start: usize) -> Result<(), Mistake> {
        let from = self.some_rate()?;
        self.keyword("..")?;
        let to = self.some_rate()?;
        self.keyword("by")?;
        let by = self.some_rate()?;
        let lasts = self.time("every")?;
        let Some(stairs) = from.stairs(to, by, MOST_STAGES) else {
            let reason = format!("more than {MOST_STAGES} steps, or too fine ones");
            return Err(self.wrong(start..self.at, reason, "write larger steps"));
        };
        for rate in stairs {
            self.push(Stage::hold(Some(rate), lasts));
        }
        Ok(())
    }

    fn bursts(&mut self) -> Result<(), Mistake> {
        const HELP: &str =
            "write how many are sent at one moment, such as `bursts of 64 every 200ms for 2s`";
        self.keyword("of")?;
        let (at, word) = self.expect("a number")?;
        let number = word.parse().ok().filter(|number| *number > 0);
        let of = number.ok_or_else(|| self.wrong(at.clone(), "not a number above zero", HELP))?;
        let every = self.time("every")?;
        let lasts = self.time("for")?;
        let before = self.resting;
        let stage = Stage::bursts(of, every, lasts);
        self.push(stage.ok_or_else(|| self.wrong(at, "more than assize can send", HELP))?);
        self.resting = before;
        Ok(())
    }

    fn push(&mut self, stage: Stage) {
        self.resting = stage.to;
        self.stages.push(stage);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each stage as (rate at its beginning, rate at its end, milliseconds).
    fn stages(text: &str) -> Vec<(f64, f64, u128)> {
        let stages: Stages = text.parse().unwrap_or_else(|mistake| panic!("{mistake}"));
        let rate = |rate: Option<Rate>| rate.map_or(0.0, Rate::per_second_f64);
        stages
            .stages
            .iter()
            .map(|stage| (rate(stage.from), rate(stage.to), stage.lasts.as_millis()))
            .collect()
    }

    #[test]
    fn every_form_of_a_stage_is_read() {
        assert_eq!(
            stages("ramp 100/s..2000/s over 30s, hold 1m"),
            [(100.0, 2000.0, 30_000), (2000.0, 2000.0, 60_000)]
        );
        assert_eq!(
            stages("50/s for 5s,spike 500 for 500ms , hold 1m30s"),
            [
                (50.0, 50.0, 5_000),
                (500.0, 500.0, 500),
                (50.0, 50.0, 90_000)
            ]
        );
        assert_eq!(
            stages("step 100 .. 350 by 100 every 10s"),
            [100.0, 200.0, 300.0, 350.0].map(|rate| (rate, rate, 10_000))
        );
        assert_eq!(
            stages("step 30/m..10/m by 10/m every 1s"),
            [0.5, 20.0 / 60.0, 10.0 / 60.0].map(|rate| (rate, rate, 1_000))
        );
        assert_eq!(
            stages("ramp 0.5/s..0 over 1s, 0 for 1s"),
            [(0.5, 0.0, 1_000), (0.0, 0.0, 1_000)]
        );
    }

    #[test]
    fn bursts_rest_at_what_was_before() {
        let stages: Stages = "500 for 1s, bursts of 64 every 200ms for 2s, hold 1s"
            .parse()
            .unwrap();
        let [_, bursts, rest] = stages.stages[..] else {
            panic!("{stages:?}")
        };
        let every = Duration::from_millis(200);
        assert_eq!(Some(bursts), Stage::bursts(64, every, 10 * every));
        assert_eq!(
            rest,
            Stage::hold(Rate::per_second(500), Duration::from_secs(1))
        );
    }

    #[test]
    fn the_warm_up_is_at_the_rate_of_the_beginning() {
        let stages: Stages = "ramp 10..20 over 3s, hold 2s".parse().unwrap();
        assert_eq!(stages.duration(), Duration::from_secs(5));
        let after = stages.after(Duration::from_secs(1));
        let ten = Rate::per_second(10);
        assert_eq!(after[0], Stage::hold(ten, Duration::from_secs(1)));
        assert_eq!(after.len(), 3);
    }

    #[test]
    fn a_mistake_is_shown_where_it_stands_with_a_way_out() {
        for (text, part, reason) in [
            ("", "", "a stage is missing"),
            ("hold 10s", "hold", "there is no rate to hold yet"),
            ("ramp 100..200 in 10s", "in", "`over` is meant here"),
            ("ramp 100 200 over 10s", "200", "`..` is meant here"),
            ("ramp 100..200 over", "", "a time is missing"),
            ("100 for soon", "soon", "not a time"),
            ("100 for 0s", "0s", "a stage takes some time"),
            ("rmap 1..2 over 3s", "rmap", "neither a stage nor a rate"),
            (
                "100 for 1s 200 for 1s",
                "200",
                "the stage has ended before this",
            ),
            ("step 1..9 by 0 every 1s", "0", "a step cannot be zero"),
            ("bursts 9 every 1s for 2s", "9", "`of` is meant here"),
            (
                "bursts of 0 every 1s for 2s",
                "0",
                "not a number above zero",
            ),
            ("bursts of 64 for 2s", "for", "`every` is meant here"),
            (
                "bursts of 64 every 1us for 2s",
                "64",
                "more than assize can send",
            ),
            ("99999999 for 1s", "99999999", "more than assize can send"),
            (
                "step 1..9000 by 1 every 1s",
                "step 1..9000 by 1 every 1s",
                "more than 1000 steps",
            ),
        ] {
            let mistake = text.parse::<Stages>().unwrap_err();
            assert_eq!(mistake.part(), part, "{text}");
            assert!(
                mistake.reason.contains(reason),
                "{text}: {}",
                mistake.reason
            );
            assert!(!mistake.help.is_empty());
        }
    }
}
