//! Tells what this machine can bear, and whether it can measure.

use crate::edge::MachineLimits;
use crate::report::{Calibration, CheckupLine};

const LIMITS: &str = "limits";
const MEASURING: &str = "measuring";

/// Fewer connections at a time keep a load small.
const FEW_CONNECTIONS: u64 = 1_000;
/// Fewer ports are used up by a load that opens a connection for each request.
const FEW_PORTS: u64 = 10_000;
/// Descriptors that a process needs besides its connections.
const BESIDES: u64 = 64;

/// What this machine can bear, and how true its figures are.
pub(crate) fn machine_lines(
    limits: MachineLimits,
    calibration: Option<&Calibration>,
) -> Vec<CheckupLine> {
    let mut lines = vec![limits_line(limits)];
    lines.extend(calibration.map(measuring_line));
    lines
}

fn limits_line(limits: MachineLimits) -> CheckupLine {
    let MachineLimits {
        descriptors,
        ports,
        processors,
    } = limits;
    let connections = descriptors.map(|most| most.saturating_sub(BESIDES));
    let count = |number: Option<u64>| {
        number.map_or_else(|| "any number of".to_owned(), |one| one.to_string())
    };
    let plural = if processors == 1 {
        "processor"
    } else {
        "processors"
    };
    let text = format!(
        "{} connections at a time, {} ports, {processors} {plural}",
        count(connections),
        count(ports)
    );
    let remedy = match () {
        () if connections.is_some_and(|most| most < FEW_CONNECTIONS) => {
            "raise the limit of open files: ulimit -Hn 65536"
        }
        () if ports.is_some_and(|ports| ports < FEW_PORTS) => {
            "widen net.ipv4.ip_local_port_range, or keep connections in a load"
        }
        () if processors < 2 => {
            "give a load two processors, or its times are those of the wait for one"
        }
        () => return CheckupLine::well(LIMITS, text),
    };
    CheckupLine::doubtful(LIMITS, &format!("{text}; {remedy}"))
}

fn measuring_line(calibration: &Calibration) -> CheckupLine {
    const MEND: &str = "let nothing else run here, then `assize calibrate` says more";
    if let Some(off) = calibration.comparisons.iter().find(|one| !one.within) {
        let (what, measured) = (&off.what, off.measured_us);
        let truth = off.truth_us.unwrap_or_default();
        let told = format!("{what}: {measured} µs were measured of {truth} µs; {MEND}");
        return CheckupLine::doubtful(MEASURING, &told);
    }
    match calibration.remarks.first() {
        Some(remark) => CheckupLine::doubtful(MEASURING, remark),
        None => CheckupLine::well(MEASURING, "the times of a known server were measured true"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_with_little_of_anything_is_told_what_to_raise() {
        let told = |descriptors, ports, processors| {
            limits_line(MachineLimits {
                descriptors: Some(descriptors),
                ports: Some(ports),
                processors,
            })
            .text()
        };
        assert!(told(65_536, 28_232, 2).starts_with("✓"));
        assert!(told(256, 28_232, 2).contains("192 connections"));
        assert!(told(256, 28_232, 2).contains("ulimit"));
        assert!(told(65_536, 100, 2).contains("ip_local_port_range"));
        assert!(told(65_536, 28_232, 1).contains("two processors"));
    }
}
