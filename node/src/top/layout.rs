//! Who gets which room: lines for lists, and columns for cells.

use super::LISTS;

/// Blanks between two columns.
pub(super) const GAP: usize = 2;
/// What says that columns were left out: a blank and a mark.
const MARK: usize = 2;

/// A column of a list.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    /// What stands above it; of the first one, before the count.
    pub(super) head: &'static str,
    /// Whether it is set to the right, as numbers are.
    pub(super) right: bool,
    /// It is of use from so many columns of the terminal on.
    pub(super) least: usize,
    /// Where there is no room for all, those of least worth are left out.
    pub(super) worth: u8,
}

/// Gives each list its lines: what it wants where there is room for all, else none more than another one
/// that wants as much.
pub(super) fn shares(wanted: [usize; LISTS], room: usize) -> [usize; LISTS] {
    let (mut given, mut left) = ([0; LISTS], room);
    loop {
        let asking = (0..LISTS).filter(|list| given[*list] < wanted[*list]).count();
        if asking == 0 || left == 0 {
            return given;
        }
        let each = (left / asking).max(1);
        for list in 0..LISTS {
            let more = (wanted[list] - given[list]).min(each).min(left);
            given[list] += more;
            left -= more;
        }
    }
}

/// How wide each column is; none where it is left out. Those that stay get what they want, or the widest
/// gives way.
pub(super) fn widths(columns: &[Column], wanted: &[usize], room: usize) -> Vec<Option<usize>> {
    let mut widths: Vec<Option<usize>> = wanted.iter().map(|width| Some(*width)).collect();
    let mut room = room;
    let least = |widths: &[Option<usize>]| {
        let shown = columns
            .iter()
            .zip(widths)
            .filter_map(|(column, width)| width.map(|width| width.min(column.least)));
        with_gaps(shown)
    };
    while least(&widths) > room {
        let shown = columns.iter().enumerate().filter(|(at, _)| widths[*at].is_some());
        let Some((at, _)) = shown.min_by_key(|(at, column)| (column.worth, usize::MAX - at)) else {
            break;
        };
        if widths.iter().flatten().count() == 1 {
            break;
        }
        if widths.iter().all(Option::is_some) {
            room = room.saturating_sub(MARK);
        }
        widths[at] = None;
    }
    let shown = widths.iter().flatten().count();
    let cells = room.saturating_sub(GAP * shown.saturating_sub(1));
    for width in widths.iter_mut().flatten() {
        *width = (*width).min(cells);
    }
    narrow(columns, &mut widths, cells);
    widths
}

/// Takes from the widest of those that can give way, until all fit.
fn narrow(columns: &[Column], widths: &mut [Option<usize>], cells: usize) {
    while widths.iter().flatten().sum::<usize>() > cells {
        let can_give = |at: &usize| widths[*at].is_some_and(|width| width > columns[*at].least);
        let widest = (0..widths.len()).filter(can_give).max_by_key(|at| widths[*at]);
        let Some(width) = widest.and_then(|at| widths[at].as_mut()) else { break };
        *width -= 1;
    }
}

fn with_gaps(widths: impl Iterator<Item = usize>) -> usize {
    let (count, sum) = widths.fold((0, 0), |(count, sum), width| (count + 1, sum + width));
    sum + GAP * usize::saturating_sub(count, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn who_wants_little_leaves_the_rest_to_others() {
        assert_eq!(shares([3, 2, 1], 10), [3, 2, 1]);
        assert_eq!(shares([50, 2, 50], 20), [9, 2, 9]);
        assert_eq!(shares([50, 50, 50], 2), [1, 1, 0]);
        assert_eq!(shares([0, 0, 7], 3), [0, 0, 3]);
    }

    const COLUMNS: [Column; 3] = [
        Column { head: "A", right: false, least: 6, worth: 9 },
        Column { head: "B", right: false, least: 4, worth: 1 },
        Column { head: "C", right: true, least: 3, worth: 5 },
    ];

    #[test]
    fn the_widest_gives_way_and_then_what_is_worth_least_goes() {
        assert_eq!(widths(&COLUMNS, &[20, 4, 3], 40), [Some(20), Some(4), Some(3)]);
        assert_eq!(widths(&COLUMNS, &[20, 4, 3], 21), [Some(10), Some(4), Some(3)]);
        assert_eq!(widths(&COLUMNS, &[20, 4, 3], 16), [Some(9), None, Some(3)]);
        assert_eq!(widths(&COLUMNS, &[20, 4, 3], 5), [Some(3), None, None]);
        assert_eq!(widths(&COLUMNS, &[20, 4, 3], 0), [Some(0), None, None]);
    }

    proptest! {
        #[test]
        fn nobody_gets_more_than_he_wants_nor_all_more_than_there_is(
            wanted in any::<[u16; LISTS]>(), room in any::<u16>(),
        ) {
            let wanted = wanted.map(usize::from);
            let given = shares(wanted, usize::from(room));
            prop_assert_eq!(
                given.iter().sum::<usize>(),
                usize::from(room).min(wanted.iter().sum())
            );
            prop_assert!(given.iter().zip(&wanted).all(|(given, wanted)| given <= wanted));
        }

        #[test]
        fn columns_never_take_more_than_there_is(
            wanted in prop::collection::vec(0_usize..5_000, 3), room in 0_usize..300,
        ) {
            let widths = widths(&COLUMNS, &wanted, room);
            prop_assert!(with_gaps(widths.iter().flatten().copied()) <= room);
            prop_assert!(widths[0].is_some(), "what is worth most is always there");
        }
    }
}
