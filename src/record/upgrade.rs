//! Result files of the format before this one, as files of this one.

use serde_json::{Map, Value, json};

use super::stored_times::StoredTimes;
use super::whole::FORMAT;

/// The format before this one, which is read as well.
pub const UPGRADED: &str = "assize-results/1";

/// Nanoseconds in a microsecond, in which histograms were kept.
const NANOS_PER_MICRO: u64 = 1_000;

/// A result file of the format `assize-results/1` as one of this format.
///
/// What a file of that format does not have stays empty: the times of each second and of each stage, of which
/// it has percentiles alone, and what was counted of the generator. What it has keeps its meaning.
#[must_use]
pub fn upgrade(mut file: Value) -> Value {
    let Some(whole) = file.as_object_mut() else {
        return file;
    };
    whole.insert("format".to_owned(), FORMAT.into());
    if let Some(Value::Object(mut load)) = whole.remove("load") {
        upgrade_load(&mut load);
        whole.insert("loads".to_owned(), json!([load]));
    }
    file
}

fn upgrade_load(load: &mut Map<String, Value>) {
    for operation in objects(load, "operations") {
        for kind in ["response", "answers", "service", "lag"] {
            upgrade_times(operation, kind);
        }
        // Before it was written, every request that there was had been answered.
        let response = operation.get("response").cloned().unwrap_or_default();
        operation.entry("answers").or_insert(response);
    }
    if let Some(Value::Object(mails)) = load.get_mut("mails") {
        upgrade_times(mails, "wait");
    }
    for stage in objects(load, "stages") {
        let duration_s = number(stage, "duration_s");
        for (rate, count) in [("due_rate", "due"), ("answered_rate", "answered")] {
            let counted = super::quantity::whole(number(stage, rate) * duration_s);
            stage.insert(count.to_owned(), counted.into());
        }
    }
}

/// Times in microseconds, rounded, with a histogram of microseconds.
fn upgrade_times(holder: &mut Map<String, Value>, name: &str) {
    let Some(Value::Object(written)) = holder.get(name) else {
        return;
    };
    let nanos = |us: f64| super::quantity::whole(us * super::quantity::float(NANOS_PER_MICRO));
    let stored = StoredTimes {
        clamped: super::quantity::whole(number(written, "clamped")),
        min_ns: nanos(number(written, "min_us")),
        max_ns: nanos(number(written, "max_us")),
        sum_ns: nanos(number(written, "mean_us") * number(written, "count")),
        histogram: text(written, "histogram"),
    };
    // What is no histogram is told by the reader, who meets it again.
    let times = stored.decoded(NANOS_PER_MICRO);
    let times = times.map_or(stored, |times| StoredTimes::from(&times));
    holder.insert(name.to_owned(), json!(times));
}

fn objects<'a>(
    holder: &'a mut Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = &'a mut Map<String, Value>> {
    let all = holder.get_mut(name).and_then(Value::as_array_mut);
    all.into_iter().flatten().filter_map(Value::as_object_mut)
}

fn number(holder: &Map<String, Value>, name: &str) -> f64 {
    holder.get(name).and_then(Value::as_f64).unwrap_or_default()
}

fn text(holder: &Map<String, Value>, name: &str) -> String {
    let text = holder.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
