//! The names that a step may use, and the parsing of texts that use them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::Lowering;
use crate::suite::error::Problem;
use crate::suite::filter::Filter;
use crate::suite::generator::Generator;
use crate::suite::location::Whence;
use crate::suite::placed::Spot;
use crate::suite::template::{Encoding, Segment, Template, TemplateHead, Written, parts, split};
use crate::suite::variable::{Source, VariableId, Variables};
use crate::users_api::{Need, Role, UserMember};

/// The names of one case or scenario while its steps are lowered in order.
pub(super) struct Scope {
    /// The variables met so far.
    pub(super) variables: Variables,
    /// What the case asks for.
    pub(super) needs: BTreeSet<Need>,
    /// The captures of all steps with their step, so that too early a use can be told from a typo.
    pub(super) all_captures: Vec<(String, String)>,
    /// The requests whose answers variables were captured from, the latest last.
    pub(super) sources: Vec<(VariableId, Arc<Whence>)>,
    /// Which of several that are alike is lowered, from 1: what `#` at the end of a name stands for.
    pub(super) number: Option<usize>,
    /// Whether a name stood for that since it was set.
    pub(super) is_numbered: bool,
    /// What the step under way varies, and the name it has there.
    pub(super) varied: Option<(String, VariedValue)>,
}

/// What stands under a name in one variation of a step.
#[derive(Clone)]
pub(super) enum VariedValue {
    /// A value after these filters.
    Value(VariableId, Vec<Filter>),
    /// A text as it is.
    Text(String),
}

/// Ends the name of a value that each of several that are alike has of its own.
const NUMBERED: &str = ".#";

impl Scope {
    /// A scope in which nothing was asked for or captured.
    pub(super) fn empty() -> Self {
        Self {
            variables: Variables::default(),
            needs: BTreeSet::new(),
            all_captures: Vec::new(),
            sources: Vec::new(),
            number: None,
            is_numbered: false,
            varied: None,
        }
    }

    /// Makes a capture known to the steps that follow.
    pub(super) fn capture(&mut self, name: &str) -> VariableId {
        let name = self.numbered(name);
        self.variables.declare(&name, Source::Captured)
    }

    /// The request whose answer a variable was captured from.
    pub(super) fn whence(&self, variable: VariableId) -> Option<Arc<Whence>> {
        let mut sources = self.sources.iter().rev();
        let found = sources.find(|(captured, _)| *captured == variable);
        found.map(|(_, whence)| Arc::clone(whence))
    }

    /// The name that one of several that are alike has for its own value.
    fn numbered<'n>(&mut self, name: &'n str) -> Cow<'n, str> {
        match (name.strip_suffix(NUMBERED), self.number) {
            (Some(stem), Some(number)) => {
                self.is_numbered = true;
                Cow::Owned(format!("{stem}.{number}"))
            }
            _ => Cow::Borrowed(name),
        }
    }

    fn resolve(&mut self, name: &str) -> Result<VariableId, Problem> {
        let name = &*self.numbered(name);
        if let Some(known) = self.variables.find(name) {
            return Ok(known);
        }
        let root = name.split_once('.').map_or(name, |(root, _)| root);
        if let Some(generator) = Generator::ALL.into_iter().find(|one| one.as_str() == root) {
            return Ok(self.variables.declare(name, Source::Generated(generator)));
        }
        if let Some(role) = Role::ALL.into_iter().find(|one| one.as_str() == root) {
            return self.resolve_member(name, role);
        }
        if let Some((_, step)) = self.all_captures.iter().find(|(later, _)| later == name) {
            return Err(Problem::NotYetCaptured {
                name: name.to_owned(),
                step: step.clone(),
            });
        }
        Err(self.unknown(name))
    }

    fn resolve_member(&mut self, name: &str, role: Role) -> Result<VariableId, Problem> {
        let member_name = name.split_once('.').map_or("", |(_, member)| member);
        let Some(member) = UserMember::ALL
            .into_iter()
            .find(|one| one.as_str() == member_name)
        else {
            return Err(self.unknown(name));
        };
        let need = need_of(role, member);
        if !self.needs.contains(&need) {
            return Err(Problem::NeedMissing {
                name: name.to_owned(),
                need: need_name(need).to_owned(),
            });
        }
        Ok(self.variables.declare(name, Source::Fixture(role, member)))
    }

    fn unknown(&self, name: &str) -> Problem {
        let mut known: Vec<String> = Generator::ALL
            .iter()
            .map(|generator| generator.as_str().to_owned())
            .collect();
        for role in Role::ALL {
            if self.needs.contains(&need_of(role, UserMember::Id)) {
                known.extend(
                    UserMember::ALL.map(|member| format!("{}.{}", role.as_str(), member.as_str())),
                );
            }
        }
        known.extend(self.all_captures.iter().map(|(capture, _)| capture.clone()));
        Problem::UnknownPlaceholder {
            name: name.to_owned(),
            known,
        }
    }
}

/// What a case must ask for before it may use this of a user.
const fn need_of(role: Role, member: UserMember) -> Need {
    match (role, member) {
        (Role::User, UserMember::ApiKey | UserMember::ApiSecret) => Need::KeyPair,
        (Role::Second, UserMember::ApiKey | UserMember::ApiSecret) => Need::SecondKeyPair,
        (Role::User, _) => Need::User,
        (Role::Second, _) => Need::SecondUser,
        (Role::Known, _) => Need::KnownUser,
    }
}

/// The word for a need in a suite.
const fn need_name(need: Need) -> &'static str {
    match need {
        Need::Mailbox => "mailbox",
        Need::User => "user",
        Need::SecondUser => "second-user",
        Need::KeyPair => "key-pair",
        Need::SecondKeyPair => "second-key-pair",
        Need::KnownUser => "known-user",
    }
}

impl Lowering<'_> {
    /// Parses a text with placeholders.
    pub(super) fn template(
        &mut self,
        text: &str,
        spot: Spot,
        encoding: Encoding,
        scope: &mut Scope,
    ) -> Template {
        let mut segments = Vec::new();
        for piece in split(text) {
            match piece {
                Written::Text(text) => segments.push(Segment::Text(text)),
                Written::Name(placeholder) => match segment(placeholder, encoding, scope) {
                    Ok(segment) => segments.push(segment),
                    Err(problem) => {
                        let caret = self.caret(&format!("${{{placeholder}}}"), spot);
                        self.report(problem, caret);
                    }
                },
                Written::Unclosed => {
                    let caret = self.caret("${", spot);
                    self.report(Problem::UnclosedPlaceholder, caret);
                }
            }
        }
        Template::new(segments)
    }

    /// Where a text stands: in the value written there, or in the row that fills it.
    fn caret(&self, wanted: &str, spot: Spot) -> Spot {
        let found = self.text.find(wanted, spot);
        match self.row {
            Some(row) if found == spot => self.text.find(wanted, row),
            _ => found,
        }
    }
}

/// What a placeholder stands for.
fn segment(placeholder: &str, encoding: Encoding, scope: &mut Scope) -> Result<Segment, Problem> {
    let (head, written) = parts(placeholder);
    let mut filters = Vec::with_capacity(written.len());
    for filter in written {
        filters.push(Filter::parse(filter).ok_or_else(|| Problem::UnknownFilter {
            filter: filter.to_owned(),
        })?);
    }
    let literal = |literal: &str, filters: &[Filter]| {
        let mut text = String::new();
        encoding.write_filtered(literal, filters, &mut text);
        Segment::Text(text)
    };
    let name = match head {
        TemplateHead::Name(name) => name,
        TemplateHead::Literal(text) => return Ok(literal(text, &filters)),
    };
    let varied = scope.varied.as_ref();
    match varied.filter(|(of, _)| of == name) {
        None => Ok(Segment::Value {
            variable: scope.resolve(name)?,
            filters,
            encoding,
        }),
        Some((_, VariedValue::Text(text))) => Ok(literal(text, &filters)),
        Some((_, VariedValue::Value(variable, first))) => Ok(Segment::Value {
            variable: *variable,
            filters: first.iter().copied().chain(filters).collect(),
            encoding,
        }),
    }
}
