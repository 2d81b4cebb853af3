//! What keys mean.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What somebody wants who presses a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wish {
    /// The end.
    End,
    /// That nothing changes any more, or does again.
    Pause,
    /// To scroll the next list.
    NextList,
    /// To scroll the one before.
    ListBefore,
    /// To see so many rows on, or back.
    Rows(isize),
    /// To see so many pages on, or back.
    Pages(isize),
    /// To see the first row.
    First,
    /// To see the last.
    Last,
    /// Nothing that is known here.
    Nothing,
}

/// The meaning of a key.
pub(super) fn wish(key: KeyEvent) -> Wish {
    if key.kind == KeyEventKind::Release {
        return Wish::Nothing;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        // In a terminal that gives keys as they are, this is a key and no signal.
        return if key.code == KeyCode::Char('c') { Wish::End } else { Wish::Nothing };
    }
    match key.code {
        KeyCode::Char('q') | KeyCode::Esc => Wish::End,
        KeyCode::Char('p') => Wish::Pause,
        KeyCode::Tab | KeyCode::Right => Wish::NextList,
        KeyCode::BackTab | KeyCode::Left => Wish::ListBefore,
        KeyCode::Char('j') | KeyCode::Down => Wish::Rows(1),
        KeyCode::Char('k') | KeyCode::Up => Wish::Rows(-1),
        KeyCode::Char(' ') | KeyCode::PageDown => Wish::Pages(1),
        KeyCode::PageUp => Wish::Pages(-1),
        KeyCode::Char('g') | KeyCode::Home => Wish::First,
        KeyCode::Char('G') | KeyCode::End => Wish::Last,
        _ => Wish::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Wish {
        wish(KeyEvent::new(code, modifiers))
    }

    #[test]
    fn three_keys_end_it_and_letting_one_go_does_nothing() {
        let none = KeyModifiers::NONE;
        assert_eq!(pressed(KeyCode::Char('q'), none), Wish::End);
        assert_eq!(pressed(KeyCode::Esc, none), Wish::End);
        assert_eq!(pressed(KeyCode::Char('c'), KeyModifiers::CONTROL), Wish::End);
        assert_eq!(pressed(KeyCode::Char('c'), none), Wish::Nothing);
        assert_eq!(pressed(KeyCode::Char('q'), KeyModifiers::CONTROL), Wish::Nothing);
        let released = KeyEvent::new_with_kind(KeyCode::Esc, none, KeyEventKind::Release);
        assert_eq!(wish(released), Wish::Nothing);
    }

    #[test]
    fn arrows_and_letters_scroll_alike() {
        let none = KeyModifiers::NONE;
        for (arrow, letter, meant) in
            [(KeyCode::Down, 'j', Wish::Rows(1)), (KeyCode::Up, 'k', Wish::Rows(-1))]
        {
            assert_eq!(pressed(arrow, none), meant);
            assert_eq!(pressed(KeyCode::Char(letter), none), meant);
        }
        assert_eq!(pressed(KeyCode::Char('G'), KeyModifiers::SHIFT), Wish::Last);
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), Wish::ListBefore);
    }
}
