//! What can be done with a target, as functions of settings: a run, a check, a load, a calibration, a proof. Knows
//! nothing of arguments, options and the terminal; whoever listens hears of everything through one gate, which masks
//! all secrets.

mod account_limits;
mod calibrating;
mod defect_choice;
mod event_stream;
mod examined_machine;
mod examining;
mod exporting;
mod failure;
mod gate;
mod held_events;
mod interval_log;
mod joint_work;
mod listener;
mod living;
mod load_round;
mod loading;
mod open_target;
mod planned;
mod proof_load;
mod proving;
mod recorder;
mod run;
mod run_under_way;
mod runtime;
mod scenarios;
mod searching;
mod shaping;
mod target;
mod watching;

pub(crate) use account_limits::AccountLimits;
pub(crate) use calibrating::{calibrate, glance, standing_still};
pub(crate) use defect_choice::{DefectChoice, DefectSelection, unknown_defect};
pub(crate) use event_stream::EventStream;
pub(crate) use examined_machine::machine_lines;
pub(crate) use examining::{ExaminedWay, contract_lines, examine_way, foreign_line};
pub(crate) use exporting::MetricsExport;
pub(crate) use failure::Failure;
pub(crate) use gate::TargetGate;
pub(crate) use interval_log::IntervalLog;
pub(crate) use joint_work::{JointWork, WorkStore};
pub(crate) use listener::Listener;
pub(crate) use living::LiveRun;
pub(crate) use loading::{Loading, USERS, may_be_loaded};
pub(crate) use open_target::OpenTarget;
pub(crate) use planned::Planned;
pub(crate) use proving::{ProofSettings, bearable, prove};
pub(crate) use recorder::EventRecorder;
pub(crate) use run::{RunPlan, RunSettings, run};
pub(crate) use runtime::{on_many_threads, on_this_thread};
pub(crate) use scenarios::scenarios;
pub(crate) use searching::SearchPlan;
pub(crate) use shaping::Shaping;
pub(crate) use target::TargetPlan;

#[cfg(test)]
mod tests;
