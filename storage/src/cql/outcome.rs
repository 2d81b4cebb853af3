//! What became of a conditional write, from what the server answered or did not.

use scylla::errors::{DbError, ExecutionError, RequestAttemptError};
use scylla::response::query_result::QueryResult;

use super::cells;
use super::schema::FENCE;
use crate::error::StoreError;
use crate::fence::{Fence, WriteId};
use crate::value::{Type, Value};

/// What the server said of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// It was applied.
    Applied,
    /// It was not, and this is the fence.
    Refused(Option<Fence>),
    /// It was not, and the answer has not all of the fence: servers tell what the condition names.
    RefusedOnly,
    /// Nothing that is known to mean one or the other.
    Nothing,
}

/// Reads an answer. What can't be understood says nothing: then the fence is to be read.
pub(super) fn said(answer: QueryResult) -> Said {
    let [epoch, version, write] = FENCE.map(|(name, _)| name);
    let Ok(rows) = answer.into_rows_result() else { return Said::Nothing };
    match cells::named(&rows, ["[applied]", epoch, version, write]) {
        Ok(Some([Some([1]), ..])) => Said::Applied,
        Ok(Some([Some([0]), fence @ ..])) => {
            fence_of(fence).map_or(Said::RefusedOnly, Said::Refused)
        }
        _ => Said::Nothing,
    }
}

/// The fence that three cells are; none where they are none, and nothing where they are something else.
pub(super) fn fence_of(cells: [Option<&[u8]>; 3]) -> Option<Option<Fence>> {
    let [epoch, version, write] = cells;
    let number = |cell| match cells::read(cell, Type::Bigint) {
        Some(Value::Bigint(n)) => u64::try_from(n).ok(),
        _ => None,
    };
    match (epoch, version, write) {
        (None, None, None) => Some(None),
        (Some(_), Some(_), Some(write)) => {
            let write = WriteId::from_bytes(write.try_into().ok()?);
            Some(Some(Fence { epoch: number(epoch)?, version: number(version)?, write }))
        }
        _ => None,
    }
}

/// What an error of a conditional write means: where it is certain that nothing was written and nothing
/// will be, the error; else none, for nobody knows.
///
/// Certain is what was never sent, and what the server refused before it began. A time-out is neither,
/// nor is a connection that broke, nor an overload, nor that too few copies are there: that may be said of the
/// last of several rounds, behind the one that decided.
pub(super) fn certain(table: &'static str, error: &ExecutionError) -> Option<StoreError> {
    let never_begun = match error {
        ExecutionError::BadQuery(_)
        | ExecutionError::EmptyPlan
        | ExecutionError::PrepareError(_)
        | ExecutionError::ConnectionPoolError(_) => true,
        ExecutionError::LastAttemptError(attempt) => match attempt {
            RequestAttemptError::SerializationError(_)
            | RequestAttemptError::CqlRequestSerialization(_)
            | RequestAttemptError::UnableToAllocStreamId => true,
            RequestAttemptError::DbError(error, _) => matches!(
                error,
                DbError::SyntaxError
                    | DbError::Invalid
                    | DbError::AuthenticationError
                    | DbError::Unauthorized
                    | DbError::ConfigError
                    | DbError::IsBootstrapping
                    | DbError::Unprepared { .. }
            ),
            _ => false,
        },
        _ => false,
    };
    never_begun.then(|| told(table, error))
}

/// An error of the driver, for people.
pub(super) fn told(table: &'static str, error: &ExecutionError) -> StoreError {
    match error {
        ExecutionError::EmptyPlan | ExecutionError::ConnectionPoolError(_) => {
            StoreError::Unreachable { message: error.to_string() }
        }
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(
            DbError::Invalid | DbError::ProtocolError | DbError::SyntaxError,
            message,
        )) => StoreError::Refused { table, message: message.clone() },
        _ => StoreError::Database { table, message: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use scylla::errors::WriteType;
    use scylla::statement::Consistency;

    use super::*;

    fn answered(error: DbError) -> ExecutionError {
        ExecutionError::LastAttemptError(RequestAttemptError::DbError(error, "why".to_owned()))
    }

    #[test]
    fn a_fence_has_three_parts_or_none() {
        let (epoch, version) = (3u64.to_be_bytes(), 9u64.to_be_bytes());
        let fence = Fence { epoch: 3, version: 9, write: WriteId::from_bytes([7; 16]) };
        let whole = [Some(&epoch[..]), Some(&version[..]), Some(&[7; 16][..])];
        assert_eq!(fence_of(whole), Some(Some(fence)));
        assert_eq!(fence_of([None, None, None]), Some(None));
        for broken in [
            [None, whole[1], whole[2]],
            [whole[0], None, whole[2]],
            [whole[0], whole[1], None],
            [whole[0], whole[1], Some(&[7; 15])],
            [whole[0], Some(&[1, 2]), whole[2]],
            [Some(&[0xFF; 8]), whole[1], whole[2]],
        ] {
            assert_eq!(fence_of(broken), None);
        }
    }

    #[test]
    fn only_what_never_began_is_certain() {
        for error in [
            ExecutionError::EmptyPlan,
            answered(DbError::IsBootstrapping),
            answered(DbError::Invalid),
            ExecutionError::LastAttemptError(RequestAttemptError::UnableToAllocStreamId),
        ] {
            assert!(certain("range", &error).is_some(), "{error}");
        }
        let (consistency, alive, required) = (Consistency::LocalQuorum, 1, 2);
        let (received, write_type) = (1, WriteType::Cas);
        for error in [
            answered(DbError::Unavailable { consistency, alive, required }),
            answered(DbError::WriteTimeout { consistency, received, required, write_type }),
            answered(DbError::Overloaded),
            answered(DbError::ServerError),
            answered(DbError::Other(0x1700)),
            ExecutionError::RequestTimeout(std::time::Duration::from_secs(1)),
        ] {
            assert!(certain("range", &error).is_none(), "{error}");
        }
    }
}
