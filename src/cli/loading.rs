//! stub
use super::failure::Failure;
use super::options::LoadOptions;
use crate::edge::RunFolder;
use crate::engine::Harness;
use crate::model::Redactor;
use crate::suite::Plan;
pub(super) struct Loading;
impl Loading {
    pub(super) fn new(_: &LoadOptions, _: &Plan, _: &RunFolder) -> Result<Self, Failure> {
        Ok(Self)
    }
}
pub(super) async fn load(
    _: &Loading,
    _: &Plan,
    _: Harness<'_>,
    _: std::sync::Arc<Redactor>,
    _alone: bool,
) -> Result<(), Failure> {
    Ok(())
}
