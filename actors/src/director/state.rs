//! How a scan may pass from one state to another, whoever asks: pure, and the one place that says so.

use trawl_model::scan::ScanState;

/// What a scan is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Its turn has come.
    Begin,
    /// It is to wait for its turn again.
    Yield,
    /// It is to be held until somebody resumes it.
    Pause,
    /// It may go on.
    Resume,
    /// It is to end where it is.
    Cancel,
}

impl Command {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Begin, Self::Yield, Self::Pause, Self::Resume, Self::Cancel];
}

/// Why a scan does not do what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It has ended.
    Ended,
    /// Somebody has paused it.
    Paused,
}

/// The state into which a command brings a scan. A command given twice is as one given once.
pub fn decide(state: ScanState, command: Command) -> Result<ScanState, Refused> {
    match (state, command) {
        (ScanState::Cancelled, Command::Cancel) => Ok(ScanState::Cancelled),
        (
            ScanState::Finished | ScanState::Cancelled | ScanState::Failed | ScanState::Waiting,
            _,
        ) => Err(Refused::Ended),
        (_, Command::Cancel) => Ok(ScanState::Cancelled),
        (_, Command::Pause) => Ok(ScanState::Paused),
        (ScanState::Paused, Command::Begin) => Err(Refused::Paused),
        (ScanState::Queued | ScanState::Running, Command::Begin) => Ok(ScanState::Running),
        (ScanState::Paused, Command::Yield) => Ok(ScanState::Paused),
        (ScanState::Queued | ScanState::Running, Command::Yield) => Ok(ScanState::Queued),
        (ScanState::Paused | ScanState::Queued, Command::Resume) => Ok(ScanState::Queued),
        (ScanState::Running, Command::Resume) => Ok(ScanState::Running),
    }
}

/// The state in which a scan ends that has come to its end by itself. Who was told that it is
/// cancelled is not told later that it was finished; and one that is paused does not end before it is
/// resumed, also where nothing was left to do when it was paused.
pub fn ended(state: ScanState, how: ScanState) -> Result<ScanState, Refused> {
    match state {
        ScanState::Paused => Err(Refused::Paused),
        ScanState::Cancelled => Ok(state),
        _ => Ok(how),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn commands() -> impl Strategy<Value = Vec<Command>> {
        proptest::collection::vec(proptest::sample::select(&Command::ALL[..]), 0..20)
    }

    fn after(commands: &[Command]) -> ScanState {
        let obey = |state, command: &Command| decide(state, *command).unwrap_or(state);
        commands.iter().fold(ScanState::Queued, obey)
    }

    proptest! {
        #[test]
        fn a_command_given_twice_is_as_one_given_once(
            before in commands(),
            command in proptest::sample::select(&Command::ALL[..])
        ) {
            let once = after(&[before.clone(), vec![command]].concat());
            let twice = after(&[before, vec![command, command]].concat());
            prop_assert_eq!(once, twice);
        }

        #[test]
        fn what_is_cancelled_stays_so_whatever_is_said(before in commands(), later in commands()) {
            let state = after(&[before, vec![Command::Cancel], later].concat());
            prop_assert_eq!(state, ScanState::Cancelled);
            prop_assert_eq!(ended(state, ScanState::Finished), Ok(ScanState::Cancelled));
        }

        #[test]
        fn what_is_paused_is_begun_by_no_one_before_it_is_resumed(
            before in commands(),
            later in commands()
        ) {
            let others = later.into_iter();
            let others = others.filter(|c| !matches!(c, Command::Resume | Command::Cancel));
            let mut all = [before, vec![Command::Pause]].concat();
            all.extend(others);
            prop_assert!(matches!(after(&all), ScanState::Paused | ScanState::Cancelled));
            let end = ended(after(&all), ScanState::Finished);
            prop_assert!(matches!(end, Err(Refused::Paused) | Ok(ScanState::Cancelled)));
        }

        #[test]
        fn what_is_resumed_can_be_begun(before in commands()) {
            let mut all = before;
            all.retain(|command| *command != Command::Cancel);
            all.extend([Command::Resume, Command::Begin]);
            prop_assert_eq!(after(&all), ScanState::Running);
        }
    }
}
