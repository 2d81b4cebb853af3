//! A finding.

use serde::{Deserialize, Serialize};
use trawl_model::place::PlaceView;
use trawl_model::{Confidence, Level, State, TenantId, Verdict};
use utoipa::ToSchema;

use crate::clock::written;
use crate::results::Live;

/// A finding: what it is, where it stands, and what was said of it. The value itself is nowhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Finding {
    /// Its id: source, object and finding in one word.
    pub(crate) id: String,
    /// Whose it is.
    pub(crate) tenant: String,
    /// The source that holds the object.
    pub(crate) source: String,
    /// The object's name, under the root of its source.
    pub(crate) object: String,
    /// What it is, such as `email`.
    #[serde(rename = "type")]
    pub(crate) type_id: String,
    /// The rule that found it.
    pub(crate) rule: String,
    /// The rule's version.
    pub(crate) rule_version: u32,
    /// How sure it is, from 0 to 1.
    #[schema(minimum = 0, maximum = 1)]
    pub(crate) confidence: f64,
    /// How bad it is when the value gets out.
    #[schema(value_type = super::finding::schema::Level)]
    pub(crate) sensitivity: Level,
    /// Where in the object the value stands.
    #[schema(value_type = super::finding::schema::Place)]
    pub(crate) place: PlaceView,
    /// A few of its characters, or none.
    pub(crate) preview: String,
    /// The same for the same value wherever it stands: by it a value is searched for.
    pub(crate) token: String,
    /// When it was seen first.
    pub(crate) first_seen: String,
    /// When it was seen last.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) last_seen: Option<String>,
    /// Whether its object is still there.
    #[schema(value_type = super::finding::schema::State)]
    pub(crate) state: State,
    /// What was said of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(value_type = Option<super::finding::schema::Verdict>)]
    pub(crate) verdict: Option<Verdict>,
    /// Who said it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) verdict_by: Option<String>,
    /// When it was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) verdict_at: Option<String>,
    /// The same for the same value and type in the same object, wherever in it it stands: by it a
    /// verdict holds.
    pub(crate) mark: String,
}

impl Finding {
    /// A finding of a tenant.
    pub(crate) fn of(tenant: &TenantId, live: &Live) -> Self {
        let (finding, said) = (&live.finding, live.verdict.as_ref());
        Self {
            id: live.id.to_string(),
            tenant: tenant.as_str().to_owned(),
            source: live.id.source.to_string(),
            object: live.object.revealed(),
            type_id: finding.type_id.as_str().to_owned(),
            rule: finding.rule.id.to_string(),
            rule_version: finding.rule.version,
            confidence: share(finding.confidence),
            sensitivity: finding.sensitivity,
            place: finding.place.view(),
            preview: finding.preview.as_str().to_owned(),
            token: finding.token.to_string(),
            first_seen: written(finding.first_seen),
            last_seen: live.last_seen.map(written),
            state: live.state,
            verdict: live.word(),
            verdict_by: said.map(|said| said.by.clone()),
            verdict_at: said.map(|said| written(said.at)),
            mark: finding.mark.to_string(),
        }
    }

    /// How sure it is, in percent.
    pub(crate) fn percent(&self) -> u8 {
        (self.confidence * 100.0).round() as u8
    }

    /// Whether somebody has said that it is none, or may stay.
    pub(crate) fn is_settled(&self) -> bool {
        matches!(self.verdict, Some(Verdict::FalsePositive | Verdict::Accepted))
    }

    /// About as many bytes as it has in JSON.
    pub(crate) fn weight(&self) -> usize {
        const KEYS_AND_IDS: usize = 700;
        let place = &self.place;
        let names = place.member.iter().chain(&place.field).chain(&place.sheet).chain(&place.table);
        KEYS_AND_IDS + self.object.len() + names.map(String::len).sum::<usize>()
    }
}

/// A confidence from 0 to 1, in hundredths.
pub(crate) fn share(confidence: Confidence) -> f64 {
    f64::from(confidence.as_percent()) / 100.0
}

/// What is said of a finding now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Judged {
    /// The finding.
    pub(crate) finding: String,
    /// What was said of it; none where nothing is said, or it was taken back.
    #[schema(value_type = Option<super::finding::schema::Verdict>)]
    pub(crate) verdict: Option<Verdict>,
    /// Who said it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) by: Option<String>,
    /// When it was said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(crate) at: Option<String>,
}

/// The same words as those of the model, for the document of the API: the model knows none.
pub(crate) mod schema {
    #![allow(dead_code, reason = "only their schemas are asked for")]

    use utoipa::ToSchema;

    #[derive(ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(crate) enum Level {
        Low,
        Medium,
        High,
        Critical,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(crate) enum State {
        Open,
        Closed,
    }

    #[derive(ToSchema)]
    #[schema(rename_all = "kebab-case")]
    pub(crate) enum Verdict {
        Confirmed,
        FalsePositive,
        Accepted,
    }

    /// Where in an object a value stands: what its format has of these.
    #[derive(ToSchema)]
    pub(crate) struct Place {
        /// First byte in the innermost member.
        start: Option<u64>,
        /// One past the last byte.
        end: Option<u64>,
        /// Line, from 1.
        line: Option<u64>,
        /// Column, from 1: of the line in characters, or of the sheet.
        column: Option<u64>,
        /// Page or slide, from 1.
        page: Option<u32>,
        /// Paragraph, from 1.
        paragraph: Option<u32>,
        /// Sheet by name.
        sheet: Option<String>,
        /// Table by name.
        table: Option<String>,
        /// Row, from 1.
        row: Option<u64>,
        /// Field by name or path.
        field: Option<String>,
        /// The way in, outermost first.
        member: Option<Vec<String>>,
        /// By what the bytes there are decoded to have the value, the outermost first.
        via: Option<Vec<String>>,
        /// Characters into the text of page, paragraph, cell, field or name.
        offset: Option<u64>,
        /// True when the value stands in a name.
        name: Option<bool>,
    }
}
