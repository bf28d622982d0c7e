//! `assize calibrate`: how far the figures of a load are from the truth on this machine.

use super::arguments::CalibrateArguments;
use super::console;
use super::known;
use super::runtime::stop_on_signals;
use crate::model::Outcome;
use crate::session::{self, Failure, on_this_thread};

pub(super) fn calibrate(arguments: &CalibrateArguments) -> Result<Outcome, Failure> {
    if let Some(known) = arguments.serve {
        return known::serve(known);
    }
    let stop = stop_on_signals()?;
    let tell = |name: &str| console::note(&format!("{name} …\n"));
    let calibration = on_this_thread(session::calibrate(stop, arguments.quick, &tell))??;
    let Some(calibration) = calibration else {
        return Ok(Outcome::Interrupted);
    };
    if arguments.json {
        let text = serde_json::to_string_pretty(&calibration)
            .map_err(|error| Failure::Machine(format!("cannot print the calibration: {error}")))?;
        console::print(&format!("{text}\n"));
    } else {
        console::print(&calibration.table());
    }
    Ok(if calibration.is_within() {
        Outcome::Conforms
    } else {
        Outcome::MeasurementInvalid
    })
}
