//! Where the metrics of a run go: `--otlp`, and the variables that OpenTelemetry's own programs read.

use percent_encoding::percent_decode_str;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use std::path::Path;
use url::Url;

use super::history::commit;
use crate::edge::OtlpCollector;
use crate::edge::tls::Trust;
use crate::model::Redactor;
use crate::report::ResourceAttributes;
use crate::session::Failure;

/// Variables of OpenTelemetry, that of metrics alone first (OpenTelemetry specification, "Protocol exporter").
const HEADERS: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
    "OTEL_EXPORTER_OTLP_HEADERS",
];
const CERTIFICATES: [&str; 2] = [
    "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
    "OTEL_EXPORTER_OTLP_CERTIFICATE",
];
const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";
/// What the URL of a collector is completed with.
const METRICS_PATH: &str = "/v1/metrics";
/// The attribute of the build that is tried.
const BUILD: &str = "assize.build";

/// Where the metrics of a run go, and what they are marked with.
pub(super) struct Telemetry {
    pub(super) collector: OtlpCollector,
    pub(super) attributes: ResourceAttributes,
}

impl Telemetry {
    /// What the URL and the environment say.
    pub(super) fn new(url: &str) -> Result<Self, Failure> {
        let (name, text) = first_of(&HEADERS).unwrap_or_default();
        let (_, file) = first_of(&CERTIFICATES).unwrap_or_default();
        let trust = match file.as_str() {
            "" => Trust::default(),
            file => Trust::with_authorities(Path::new(file))
                .map_err(|error| Failure::Usage(error.to_string()))?,
        };
        let (_, more) = first_of(&[ATTRIBUTES]).unwrap_or_default();
        let mut attributes: ResourceAttributes = pairs(&more)
            .map_err(|reason| wrong(ATTRIBUTES, reason))?
            .into_iter()
            .collect();
        if let Some(build) = commit() {
            attributes.entry(BUILD.to_owned()).or_insert(build);
        }
        Ok(Self {
            collector: OtlpCollector {
                url: endpoint(url)?,
                headers: headers(&text).map_err(|reason| wrong(name, reason))?,
                trust,
            },
            attributes,
        })
    }

    /// Teaches what no output may show.
    pub(super) fn teach(&self, redactor: &Redactor) {
        for value in self.collector.headers.values() {
            let value = value.to_str().unwrap_or_default();
            redactor.learn(value);
            // Behind the scheme of an Authorization.
            redactor.learn(value.rsplit(' ').next().unwrap_or_default());
        }
        for (_, value) in self.collector.url.query_pairs() {
            redactor.learn(&value);
        }
    }
}

/// The first of these variables that is set to something, with its name.
fn first_of<'a>(names: &[&'a str]) -> Option<(&'a str, String)> {
    let mut set = names
        .iter()
        .filter_map(|name| Some((*name, std::env::var(name).ok()?)));
    set.find(|(_, value)| !value.trim().is_empty())
}

fn wrong(name: &str, reason: &str) -> Failure {
    Failure::Usage(format!(
        "{name}: {reason}; write NAME=VALUE,NAME=VALUE, percent-encoded"
    ))
}

/// The URL of the collector's metrics. No message quotes it, since it may hold what is secret.
fn endpoint(text: &str) -> Result<Url, Failure> {
    let wrong = |reason: &str| {
        Failure::Usage(format!(
            "--otlp: {reason}; write the URL of a collector, such as http://127.0.0.1:4318"
        ))
    };
    let mut url = Url::parse(text.trim()).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err(wrong("it takes OTLP over HTTP"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Failure::Usage(
            "--otlp: there is a user or a password in the URL; give them in OTEL_EXPORTER_OTLP_HEADERS, as in Authorization=Basic%20…"
                .to_owned(),
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if !path.ends_with(METRICS_PATH) {
        url.set_path(&format!("{path}{METRICS_PATH}"));
    }
    Ok(url)
}

/// Pairs as in `NAME=VALUE,NAME=VALUE`, values percent-encoded (W3C Baggage).
fn pairs(text: &str) -> Result<Vec<(String, String)>, &'static str> {
    let members = text.split(',').map(str::trim);
    let members = members.filter(|member| !member.is_empty());
    members
        .map(|member| {
            let (name, value) = member.split_once('=').ok_or("a member has no =")?;
            let value = percent_decode_str(value.trim()).decode_utf8();
            let value = value.map_err(|_| "a value is not UTF-8")?;
            Ok((name.trim().to_owned(), value.into_owned()))
        })
        .collect()
}

fn headers(text: &str) -> Result<HeaderMap, &'static str> {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs(text)? {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| "a name is not the name of a header")?;
        let mut value = HeaderValue::from_str(&value)
            .map_err(|_| "a value has a character that cannot be sent")?;
        value.set_sensitive(true);
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_metrics_is_added_where_it_is_missing() {
        for (given, meant) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics"),
            ("http://c/otlp/", "http://c/otlp/v1/metrics"),
            ("https://c/v1/metrics?key=1", "https://c/v1/metrics?key=1"),
        ] {
            assert_eq!(endpoint(given).unwrap().as_str(), meant);
        }
        for refused in ["127.0.0.1:4318", "grpc://c:4317", "http://u:geheim@c/"] {
            let told = endpoint(refused).unwrap_err().to_string();
            assert!(
                told.starts_with("--otlp: ") && !told.contains("geheim"),
                "{told}"
            );
        }
    }

    #[test]
    fn headers_are_decoded_and_what_is_wrong_is_told_without_its_value() {
        let read = headers("Authorization=Basic%20dXNlcg==, x-tenant=a").unwrap();
        assert_eq!(read["authorization"], "Basic dXNlcg==");
        assert_eq!(read["x-tenant"], "a");
        assert!(headers("").unwrap().is_empty());
        for text in ["geheim", "a b=geheim", "a=geheim%0a", "a=geheim%ff"] {
            assert!(!headers(text).unwrap_err().contains("geheim"), "{text}");
        }
    }
}
