use super::*;
use crate::engine::words::is_whole_word;
use crate::term::filter::key_at;
use proptest::prelude::*;

fn places() -> impl Strategy<Value = Whereabouts> {
    prop_oneof![
        Just(Whereabouts::Whole),
        Just(Whereabouts::Word),
        Just(Whereabouts::Sign),
        Just(Whereabouts::Anywhere)
    ]
}

/// Whether a needle that stands somewhere is to be told.
fn may_stand(text: &[u8], span: &Range<usize>, whereabouts: Whereabouts, border: bool) -> bool {
    let (first, before) = (text[span.start], span.start.checked_sub(1).map(|i| text[i]));
    let begins = border || !before.is_some_and(|b| b.is_ascii_alphanumeric());
    let hump = before.is_some_and(|b| b.is_ascii_lowercase()) && first.is_ascii_uppercase();
    match whereabouts {
        Whereabouts::Whole if first.is_ascii_alphanumeric() => begins || hump,
        Whereabouts::Word if first.is_ascii_alphanumeric() => begins,
        Whereabouts::Whole | Whereabouts::Word => first >= 0xc0,
        Whereabouts::Sign => first.is_ascii_punctuation(),
        Whereabouts::Anywhere => true,
    }
}

proptest! {
    #[test]
    fn needles_are_found_as_a_slow_search_finds_them(
        needles in proptest::collection::vec(("[abA._é ]{1,10}", places(), any::<bool>()), 0..40),
        text in "[abAB._é 0]{0,300}",
        ends in any::<(prop::sample::Index, prop::sample::Index, prop::sample::Index)>(),
    ) {
        let text = text.as_bytes();
        let index = |i: &prop::sample::Index| i.index(text.len() + 1);
        let window = index(&ends.0).min(index(&ends.1))..index(&ends.0).max(index(&ends.1));
        let borders = [0, index(&ends.2)];
        let list = needles.iter().map(|(text, whereabouts, exactly)| Wanted {
            text,
            whereabouts: *whereabouts,
            exactly: *exactly,
            behind: Behind::ANYTHING,
        });
        // What need not be told may be.
        let is_of_use = |needle: usize, span: &Range<usize>| {
            let (wanted, whereabouts, exactly) = &needles[needle];
            let crosses = borders.iter().any(|b| span.start < *b && *b < span.end);
            (!exactly || wanted.as_bytes() == &text[span.clone()])
                && (*whereabouts != Whereabouts::Whole || is_whole_word(text, span))
                && !crosses
        };
        let mut found = Vec::new();
        let keys = [key_at(b"ab", 0), key_at("é".as_bytes(), 0)];
        let filters = [Filter::new(&keys, 16), Filter::new(&keys[1..], 16)];
        let (mut of_terms, mut of_signs) = (Places::default(), Places::default());
        let places = TermPlaces { terms: &mut of_terms, signs: &mut of_signs };
        let terms = Terms { terms: &filters[0], signs: &filters[1], places };
        Needles::new(list).each(text, window.clone(), borders.into_iter(), Some(terms), |needle, span| {
            if is_of_use(needle, &span) {
                found.push((span.start, span.end, needle));
            }
        });
        let mut slow = Vec::new();
        for start in window.clone() {
            for (number, (needle, whereabouts, _)) in needles.iter().enumerate() {
                let span = start..start + needle.len();
                if span.end <= window.end
                    && text[span.clone()].eq_ignore_ascii_case(needle.as_bytes())
                    && may_stand(text, &span, *whereabouts, borders.contains(&start))
                    && is_of_use(number, &span)
                {
                    slow.push((span.start, span.end, number));
                }
            }
        }
        // Where a needle is of no use it may be told too, but only where it stands.
        for one in &slow {
            prop_assert!(found.contains(one), "{:?}", one);
        }
        for (start, end, number) in &found {
            prop_assert!(window.start <= *start && *end <= window.end);
            let there = &text[*start..*end];
            prop_assert!(there.eq_ignore_ascii_case(needles[*number].0.as_bytes()));
        }
        for (filter, places) in filters.iter().zip([&of_terms, &of_signs]) {
            let told: Vec<usize> = places.within(0..text.len()).collect();
            prop_assert!(told.is_sorted());
            prop_assert!(places.known().end <= window.end.max(window.start));
            // A window cuts what a field's end doesn't.
            let mut visited = Vec::new();
            filter.visit(&text[..window.end], window.clone(), |at| visited.push(at));
            for at in visited.into_iter().filter(|at| places.known().contains(at)) {
                let is_cut = borders.iter().any(|border| at < *border && *border < at + 24);
                let letter_before = at >= 2 && text[at - 2] == 0xc3 && !text[at - 1].is_ascii();
                prop_assert!(told.contains(&at) || is_cut || letter_before);
            }
        }
    }
}
