//! What the index shows of an object: the one place that says which changes it is told of.

use trawl_model::{Class, Object};

/// Whether the index shows the object. One that was only listed so far was not looked at.
pub fn is_shown(object: &Object) -> bool {
    object.read_in > 0 || object.coverage.items().any(|(_, class, _)| class != Class::Pending)
}

/// Whether the index shows something else of an object after a change of its row.
pub(super) fn differs(before: Option<&Object>, after: &Object) -> bool {
    let Some(before) = before else { return is_shown(after) };
    match (is_shown(before), is_shown(after)) {
        (false, false) => false,
        (true, true) => facts(before) != facts(after),
        _ => true,
    }
}

/// All of a row that goes into documents, and what leads to the findings.
fn facts(object: &Object) -> impl PartialEq + '_ {
    let Object { id, size, closed, first_in, counted, buckets, format, coverage, .. } = object;
    (id, size, closed, first_in, counted, buckets, format, coverage)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trawl_model::{Coverage, ObjectId, Reason};

    fn object(class: Class) -> Object {
        let mut object = Object::unread(ObjectId::from_bytes([1; 16]), 9, 1);
        object.coverage = Coverage::of_object(class, 9);
        object
    }

    #[test]
    fn an_object_is_shown_once_it_was_looked_at() {
        let listed = object(Class::Pending);
        assert!(!differs(None, &listed));
        for class in [Class::Failed(Reason::Permission), Class::Skipped(Reason::TooLarge)] {
            assert!(differs(None, &object(class)));
            assert!(differs(Some(&listed), &object(class)));
            // It is due again, and was never read.
            assert!(differs(Some(&object(class)), &listed));
        }
        let read = Object { read_in: 1, ..object(Class::Read) };
        assert!(differs(Some(&listed), &read));
        assert!(differs(Some(&read), &Object { due: Some(2), read_in: 1, ..listed }));
    }

    #[test]
    fn what_is_not_shown_changes_nothing() {
        let read = Object { read_in: 1, ..object(Class::Read) };
        let marked = Object { vanished: Some(2), deaths: 1, due: Some(2), ..read.clone() };
        assert!(!differs(Some(&read), &marked));
        assert!(differs(Some(&read), &Object { closed: true, ..marked }));
    }
}
