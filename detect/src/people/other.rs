//! What is written as names are, and is none: short forms, dates, what is called after people.

use std::ops::Range;

use super::lexicon::{Flags, List};
use super::token::{Kind, Shape, Token};

/// What is called after people: methods, laws, illnesses. Families have such names, too, but not these.
pub(super) static AFTER_PEOPLE: List = List::new(
    "aho-corasick baum-welch bellman-ford berlekamp-massey black-scholes bose-einstein box-cox box-muller \
boyer-moore breit-wigner burrows-wheeler cauchy-riemann cauchy-schwarz charcot-marie-tooth chomsky-schützenberger \
church-turing clebsch-gordan cohen-sutherland cooley-tukey creutzfeldt-jakob curry-howard davies-bouldin \
davis-putnam diffie-hellman douglas-peucker edmonds-karp ehlers-danlos epstein-barr euler-lagrange \
euler-maruyama fermi-dirac fisher-yates fitzhugh-nagumo floyd-warshall ford-fulkerson gale-shapley gauss-jordan \
gauss-newton gauss-seidel gram-schmidt guillain-barré guillain-barre hamilton-jacobi hardy-weinberg \
hertzsprung-russell hindley-milner hodgkin-huxley hosmer-lemeshow jacobi-davidson jensen-shannon \
johnson-lindenstrauss kalman-bucy kaplan-meier karush-kuhn-tucker kernighan-lin knuth-morris-pratt \
kolmogorov-smirnov kruskal-wallis kullback-leibler lempel-ziv levenberg-marquardt liang-barsky lotka-volterra \
mann-whitney maxwell-boltzmann merkle-damgård merkle-damgard metropolis-hastings michaelis-menten michelson-morley \
miller-rabin mohr-coulomb monod-wyman-changeux navier-stokes needleman-wunsch newton-cotes newton-raphson \
nyquist-shannon pohlig-hellman rabin-karp ramer-douglas-peucker reed-muller reed-solomon runge-kutta \
sapir-whorf savitzky-golay schnorr-euchner shapiro-wilk sherman-morrison smith-waterman solovay-strassen \
stern-gerlach stevens-johnson sturm-liouville sutherland-hodgman tonelli-shanks toom-cook viola-jones \
weiler-atherton wess-zumino yang-mills",
);

/// `Thompson NFA`, `XZ Utils`: two words, of which one is a short form; but `Clerk II`, `AJ Berg`.
pub(super) fn is_short_form(tokens: &[Token]) -> bool {
    const MAX_CHARS: u8 = 4;
    static BEHIND: List = List::new(
        "ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii md phd esq jr sr rn kc qc",
    );
    let [first, second] = tokens else { return false };
    let is_short = |t: &Token| {
        t.shape == Shape::Upper && t.chars <= MAX_CHARS && !t.flags.is_name() && t.is_word()
    };
    let is_led = is_short(first)
        && second.shape != Shape::Upper
        && !(first.chars < MAX_CHARS && second.flags.is_name());
    let is_followed = is_short(second)
        && first.shape != Shape::Upper
        && !first.flags.has(Flags::GIVEN_TOP)
        && !BEHIND.has(second.hash);
    is_led || is_followed
}

/// Whether a month is part of a date: `Jan 5`, `5 May`, and `Jan  1 00:00` as computers write it.
pub(super) fn is_dated(all: &[Token], part: &Range<usize>) -> bool {
    let number = |i: usize| all.get(i).is_some_and(|t| t.kind == Kind::Number);
    let gap = all.get(part.end).is_some_and(|t| t.kind == Kind::Line && t.hash == u64::from(b' '));
    number(part.end)
        || part.start.checked_sub(1).is_some_and(number)
        || gap && number(part.end + 1) && number(part.end + 2)
}
