//! What a user can set. Each group is both a set of flags and a set of keys of `assize.toml`, so
//! that the two cannot differ.

#![expect(
    clippy::doc_markdown,
    reason = "these comments are what --help shows, and Markdown means nothing there"
)]

use clap::Args;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;

use super::gate_options::GateOptions;
use super::shard::Shard;
use super::size::Size;
use super::span::Span;
use crate::record::EvidencePolicy;

/// The target and how to talk to it.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Target")]
pub(super) struct TargetOptions {
    /// Where the target's mails can be read: listen:HOST:PORT, imap(s)://USER:PASS@HOST/INBOX,
    /// mailpit+http://HOST:8025, maildev+http://HOST:1080, http(s)://HOST/{email}#/json/pointer or
    /// exec:PROGRAM
    #[arg(
        long,
        env = "ASSIZE_MAILBOX",
        hide_env_values = true,
        value_name = "MAILBOX"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mailbox: Option<String>,
    /// A bearer of an account that is lent to the run, for where no mailbox can be read: cases that only
    /// read a user then read this one. Better set as a variable than typed
    #[arg(
        long,
        env = "ASSIZE_BEARER",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "TOKEN"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) bearer: Option<String>,
    /// The API key of an account that is lent to the run: with --delete-account the case that deletes by
    /// key pair deletes that account. Better set as a variable than typed
    #[arg(
        long,
        env = "ASSIZE_API_KEY",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "KEY"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_key: Option<String>,
    /// The secret of that key
    #[arg(
        long,
        env = "ASSIZE_API_SECRET",
        hide_env_values = true,
        allow_hyphen_values = true,
        value_name = "SECRET"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) api_secret: Option<String>,
    /// Allow the run to delete the accounts that are lent to it, for good
    #[arg(long, env = "ASSIZE_DELETE_ACCOUNT")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) delete_account: bool,
    /// The addresses of the users that are made; {tag} stands for what tells them apart [default:
    /// assize-{tag}@assize.example]
    #[arg(long, env = "ASSIZE_EMAIL", value_name = "PATTERN")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    /// How long to wait for a mailed code [default: 30s]
    #[arg(long, env = "ASSIZE_MAIL_LIMIT", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mail_limit: Option<Span>,
    /// Without a mailbox no account can be removed: how many may be left behind [default: 100]
    #[arg(long, env = "ASSIZE_LEAVE_ACCOUNTS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) leave_accounts: Option<usize>,
    /// How many accounts a check of another machine may make, those removed again included
    /// [default: 1000]
    #[arg(long, env = "ASSIZE_MOST_ACCOUNTS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) most_accounts: Option<usize>,
    /// The regular expression that finds the code in a mail; its first group, if it has one
    /// [default: six digits]
    #[arg(long, env = "ASSIZE_CODE_PATTERN", value_name = "REGEX")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code_pattern: Option<String>,
    /// How long one exchange may take [default: 10s]
    #[arg(long, env = "ASSIZE_TIMEOUT", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout: Option<Span>,
    /// How long making a connection may take [default: 5s]
    #[arg(long, env = "ASSIZE_CONNECT_TIMEOUT", value_name = "TIME")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) connect_timeout: Option<Span>,
    /// How large the body of an answer may be, such as 512KiB or 10MB; a larger one cannot be judged
    /// [default: 1MiB]
    #[arg(long, env = "ASSIZE_ANSWER_LIMIT", value_name = "SIZE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) answer_limit: Option<Size>,
    /// Requests a second at the most, those of a load not counted; 0 is no limit [default: 10 to a
    /// host in the Internet, else 0]
    #[arg(long, env = "ASSIZE_REQUEST_RATE", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) request_rate: Option<u32>,
    #[command(flatten)]
    #[serde(flatten)]
    pub(super) gate: GateOptions,
}

/// The suites and how to run them.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Suites")]
pub(super) struct SuiteOptions {
    /// A folder of suites to use in place of the built-in ones
    #[arg(long, env = "ASSIZE_SUITES", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) suites: Option<PathBuf>,
    /// The seed of all generated values; the same seed sends the same requests, but for what makes the
    /// users of each run new [default: random]
    #[arg(long, env = "ASSIZE_SEED", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seed: Option<u64>,
    /// What is drawn of the manners in which requests are sent, besides what suites say of them: over HTTP/1.0
    /// or 1.1, on a kept connection, as a browser or as curl, in chunks. 0 is the draw of every run where CI is
    /// set, and of one with a --seed [default: random]
    #[arg(long, env = "ASSIZE_DRAW", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) draw: Option<u64>,
    /// Draw the manners of requests anew, also where CI is set or a --seed is given
    #[arg(long, env = "ASSIZE_EXPLORE", conflicts_with = "draw")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) explore: bool,
    /// What makes the users new, to repeat a run byte for byte at a target that kept nothing of it: 1 to
    /// 16 small letters and digits [default: random]
    #[arg(long, env = "ASSIZE_RUN_TAG", value_name = "TEXT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) run_tag: Option<String>,
}

/// How to run the conformance cases.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Conformance")]
pub(super) struct CheckOptions {
    /// How many cases are judged at once. So many requests are under way at the most, and twice as many on
    /// this machine and in private networks, where further cases are made ready meanwhile; 1 does one
    /// thing at a time [default: 4, and up to 16 where answers take 100 ms and more; 2 against a host in
    /// the Internet]
    #[arg(long, short, env = "ASSIZE_JOBS", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) jobs: Option<usize>,
    /// One case after the other, whatever `jobs` says, and bursts as large as otherwise.
    #[arg(skip)]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) isolated: bool,
    /// How many requests a case may send at the same moment, to try what comes of that [default: 64 on this
    /// machine, --jobs elsewhere]
    #[arg(long, env = "ASSIZE_BURST", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) burst: Option<usize>,
    /// Let warnings fail the run, too
    #[arg(long, env = "ASSIZE_STRICT")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) strict: bool,
    /// Try a case that failed so many times more; one that then passes is flaky, which is a warning
    #[arg(long, env = "ASSIZE_RETRIES", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) retries: Option<u64>,
    /// Run each case so many times; one that fails once fails, and it is told if its verdict varied
    #[arg(long, env = "ASSIZE_REPEAT", value_name = "NUMBER")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repeat: Option<u64>,
    /// A list of cases that are expected to fail, each with a reason and a date
    #[arg(long, env = "ASSIZE_EXPECTED", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<PathBuf>,
    /// Write such a list of the cases that fail now, or add them to one; each entry then waits for its
    /// reason
    #[arg(long, env = "ASSIZE_WRITE_EXPECTED", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) write_expected: Option<PathBuf>,
    /// Put the exchanges here as HTTP Archive 1.2, which browsers' tools open, each with its case and its
    /// requirements; with it the exchanges of all cases are kept. Secrets are masked
    #[arg(
        long,
        env = "ASSIZE_HAR",
        value_name = "FILE",
        help_heading = "Reports"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) har: Option<PathBuf>,
    /// Let a run conform although more than a quarter of the requirements was not tried
    #[arg(long, env = "ASSIZE_ACCEPT_PARTIAL")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) accept_partial: bool,
    /// Run only one of so many shards of the cases, such as 2/4; `assize merge` makes one record of all. A
    /// case is in the same shard in every run, and those that run alone are all in the first
    #[arg(long, env = "ASSIZE_SHARD", value_name = "I/N")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shard: Option<Shard>,
    /// Run only cases whose id is this; * stands for any text
    #[arg(
        long,
        env = "ASSIZE_CASE",
        value_name = "PATTERN",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) case: Vec<String>,
    /// Run only cases that prove such a requirement; * stands for any text
    #[arg(
        long,
        env = "ASSIZE_REQUIREMENT",
        value_name = "PATTERN",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) requirement: Vec<String>,
    /// Run only cases of such a suite; * stands for any text
    #[arg(
        long,
        env = "ASSIZE_SUITE",
        value_name = "PATTERN",
        value_delimiter = ','
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) suite: Vec<String>,
    /// Run only cases with this tag
    #[arg(long, env = "ASSIZE_TAG", value_name = "TAG", value_delimiter = ',')]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tag: Vec<String>,
}

/// Where reports go and how the terminal looks.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
#[command(next_help_heading = "Reports")]
pub(super) struct ReportOptions {
    /// The folder in which each run gets a folder of its own [default: reports]
    #[arg(long, env = "ASSIZE_REPORTS", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reports: Option<PathBuf>,
    /// The folder of the ledger, which knows the accounts that a killed run leaves behind, with their
    /// bearers; keep it out of what a job publishes [default: .assize beside assize.toml; below
    /// XDG_STATE_HOME where that is set]
    #[arg(long, env = "ASSIZE_STATE", value_name = "DIR")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<PathBuf>,
    /// Put a copy of the JUnit XML here
    #[arg(long, env = "ASSIZE_JUNIT", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) junit: Option<PathBuf>,
    /// Put a copy of results.json here
    #[arg(long, env = "ASSIZE_JSON", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) json: Option<PathBuf>,
    /// Put a copy of the HTML report here
    #[arg(long, env = "ASSIZE_HTML", value_name = "FILE")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) html: Option<PathBuf>,
    /// Of which cases the exchanges are kept in results.json: of those that do not pass, of all, or of none,
    /// nor of what failed under load. Secrets are masked in all of them [default: failing]
    #[arg(long, env = "ASSIZE_EVIDENCE", value_name = "failing|all|none")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<EvidencePolicy>,
    /// Serve a page of the run while it is under way, and its metrics at /metrics: at this address, or at a free
    /// port of this machine [default: neither]
    #[arg(
        long,
        env = "ASSIZE_LIVE",
        value_name = "ADDRESS",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "127.0.0.1:0"
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) live: Option<SocketAddr>,
    /// Send the metrics of the run each second to the collector of OpenTelemetry at this URL, over HTTP. What it
    /// does not take is dropped, and told. Its headers and certificates are those of OTEL_EXPORTER_OTLP_HEADERS
    /// and OTEL_EXPORTER_OTLP_CERTIFICATE [default: none]
    #[arg(long, env = "ASSIZE_OTLP", hide_env_values = true, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) otlp: Option<String>,
    /// Show nothing but the verdict
    #[arg(long, short, env = "ASSIZE_QUIET")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) quiet: bool,
    /// Send nothing: print the requests that would be sent, and end
    #[arg(long, env = "ASSIZE_DRY_RUN")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) dry_run: bool,
    /// Show every case as it ends, not only those that do not pass
    #[arg(long, short, env = "ASSIZE_VERBOSE", conflicts_with = "quiet")]
    #[serde(skip_serializing_if = "is_false")]
    pub(super) verbose: bool,
    /// What standard output gets: the summary; results.json once the run has ended; or every event as
    /// it happens, one JSON object a line [default: text]
    #[arg(
        long,
        env = "ASSIZE_FORMAT",
        value_name = "text|json|ndjson",
        hide_possible_values = true
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) format: Option<OutputFormat>,
}

impl ReportOptions {
    /// What standard output gets.
    pub(super) fn output(&self) -> OutputFormat {
        self.format.unwrap_or(OutputFormat::Text)
    }
}

/// What standard output gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum OutputFormat {
    /// The summary, for people.
    Text,
    /// The result file.
    Json,
    /// The events, one a line.
    Ndjson,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
pub(super) const fn is_false(value: &bool) -> bool {
    !*value
}
