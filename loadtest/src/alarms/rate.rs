//! Intervals of what was counted: exact ones, which are wide rather than wrong.

/// How sure an interval is: 95 of a hundred such hold what they estimate.
const SURE: f64 = 0.95;
/// Halvings after which a bound is as near as the numbers can tell.
const HALVINGS: u32 = 60;

/// What was estimated, and between what it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The best guess.
    pub value: f64,
    /// It is hardly lower.
    pub low: f64,
    /// It is hardly higher.
    pub high: f64,
}

impl Estimate {
    /// The same in another unit.
    pub fn times(self, factor: f64) -> Self {
        Self { value: self.value * factor, low: self.low * factor, high: self.high * factor }
    }
}

/// The share of which so many of so many were drawn, by Clopper and Pearson. Of nothing drawn nothing is known.
pub fn share(hits: u64, drawn: u64) -> Estimate {
    if drawn == 0 {
        return Estimate { value: 0.0, low: 0.0, high: 1.0 };
    }
    let hits = hits.min(drawn);
    let miss = (1.0 - SURE) / 2.0;
    let low = if hits == 0 {
        0.0
    } else {
        falling(1.0, |share| at_most(hits - 1, drawn, share) - (1.0 - miss))
    };
    let high =
        if hits == drawn { 1.0 } else { falling(1.0, |share| at_most(hits, drawn, share) - miss) };
    Estimate { value: hits as f64 / drawn as f64, low, high }
}

/// How many there are to be expected where so many were counted, if they come by chance (Poisson).
pub fn count(hits: u64) -> Estimate {
    let miss = (1.0 - SURE) / 2.0;
    // No more are to be expected than this, whatever the count: ten deviations and a few.
    let most = hits as f64 + 10.0 * (hits as f64).sqrt() + 20.0;
    let low = if hits == 0 {
        0.0
    } else {
        falling(most, |mean| counted_at_most(hits - 1, mean) - (1.0 - miss))
    };
    let high = falling(most, |mean| counted_at_most(hits, mean) - miss);
    Estimate { value: hits as f64, low, high }
}

/// Where a function that falls is nought, between nought and `most`.
fn falling(most: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if of(middle) > 0.0 { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// How likely at most so many of `drawn` are hits, if this share of all is.
fn at_most(hits: u64, drawn: u64, share: f64) -> f64 {
    if share <= 0.0 {
        return 1.0;
    }
    if share >= 1.0 {
        return f64::from(u8::from(hits >= drawn));
    }
    let (yes, no) = (share.ln(), (-share).ln_1p());
    // The logarithm of how many ways there are to have so many hits, which grows from one number to the next.
    let mut ways = 0.0;
    let mut sum = 0.0;
    for k in 0..=hits.min(drawn) {
        if k > 0 {
            ways += ((drawn - k + 1) as f64 / k as f64).ln();
        }
        sum += (ways + k as f64 * yes + (drawn - k) as f64 * no).exp();
    }
    sum.min(1.0)
}

/// How likely at most so many are counted where `mean` are to be expected.
fn counted_at_most(hits: u64, mean: f64) -> f64 {
    if mean <= 0.0 {
        return 1.0;
    }
    let (mut term, mut sum) = (-mean, 0.0);
    for k in 0..=hits {
        if k > 0 {
            term += (mean / k as f64).ln();
        }
        sum += term.exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(given: f64, wanted: f64) -> bool {
        (given - wanted).abs() < 5e-5
    }

    #[test]
    fn shares_lie_between_the_bounds_that_tables_give() {
        // Clopper and Pearson, 95 %.
        for (hits, drawn, low, high) in [
            (0, 10, 0.0, 0.30850),
            (1, 10, 0.00253, 0.44502),
            (5, 10, 0.18709, 0.81291),
            (10, 10, 0.69150, 1.0),
            (3, 300, 0.00207, 0.02895),
            (150, 300, 0.44200, 0.55800),
        ] {
            let estimate = share(hits, drawn);
            assert!(close(estimate.low, low), "{hits} of {drawn}: {estimate:?}");
            assert!(close(estimate.high, high), "{hits} of {drawn}: {estimate:?}");
        }
    }

    #[test]
    fn counts_lie_between_the_bounds_that_tables_give() {
        // Garwood, 95 %.
        for (hits, low, high) in [
            (0, 0.0, 3.68888),
            (1, 0.02532, 5.57164),
            (10, 4.79539, 18.39036),
            (100, 81.36399, 121.62679),
        ] {
            let estimate = count(hits);
            assert!(close(estimate.low, low), "{hits}: {estimate:?}");
            assert!(close(estimate.high, high), "{hits}: {estimate:?}");
        }
    }

    #[test]
    fn odd_numbers_give_bounds_too() {
        assert_eq!(share(0, 0), Estimate { value: 0.0, low: 0.0, high: 1.0 });
        assert_eq!(share(9, 3), share(3, 3));
        let many = share(40_000, 1_000_000);
        assert!(many.low < 0.04 && 0.04 < many.high && many.high < 0.041, "{many:?}");
        let all = count(100_000);
        assert!(all.low < 100_000.0 && 100_000.0 < all.high && all.high < 101_000.0, "{all:?}");
    }
}
