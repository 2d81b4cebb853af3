//! Values made up from the standards that define them. Nothing here is shared with the checks of
//! detection: one mistake must not hide the other.

pub mod check;
pub mod money;
pub mod national;
pub mod network;
pub mod secret;
