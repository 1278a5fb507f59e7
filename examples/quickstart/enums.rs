//! The enums, as an application would have them.

use std::any::type_name;

use pg_enum::{Definition, PgEnum};

use crate::live::{RoundTrip, Stored, round_trip};

/// Nothing to say: the type is `draft_status`, and its labels are the names of the variants.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
pub(crate) enum DraftStatus {
    Streaming,
    Partial,
    Complete,
}

/// A type that somebody named otherwise, with a label that is no identifier.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(name = "platformtype")]
pub(crate) enum PlatformType {
    Facebook,
    Instagram,
    TikTok,
    #[pg_enum(rename = "Google Ads")]
    GoogleAds,
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(name = "metrictype", rename_all = "snake_case")]
pub(crate) enum MetricType {
    Impressions,
    Clicks,
    CostPerClick,
    #[pg_enum(rename = "ctr")]
    ClickThroughRate,
    Conversions,
}

#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PropertyCategory {
    NewDevelopment,
    Resale,
    Rental,
    Commercial,
}

/// In a schema, which `search_path` need not hold.
#[derive(Debug, Clone, Copy, PartialEq, PgEnum)]
#[pg_enum(schema = "app", rename_all = "kebab-case")]
pub(crate) enum LeadStage {
    New,
    ViewingBooked,
    OfferMade,
    Won,
    Lost,
}

/// Reads rows that a newer program has written, while a deploy is under way.
#[derive(Debug, Clone, PartialEq, PgEnum)]
#[pg_enum(rename_all = "lowercase")]
pub(crate) enum CampaignState {
    Active,
    Paused,
    Ended,
    #[pg_enum(other)]
    Other(String),
}

/// What is told of each enum, whichever it is.
pub(crate) struct Enum {
    pub(crate) rust_name: &'static str,
    pub(crate) definition: &'static Definition<'static>,
    pub(crate) labels: &'static [&'static str],
    pub(crate) holds_unknown_labels: bool,
    pub(crate) up_sql: &'static str,
    pub(crate) down_sql: &'static str,
    pub(crate) round_trip: RoundTrip,
}

pub(crate) fn all() -> Vec<Enum> {
    vec![
        Enum::of::<DraftStatus>(),
        Enum::of::<PlatformType>(),
        Enum::of::<MetricType>(),
        Enum::of::<PropertyCategory>(),
        Enum::of::<LeadStage>(),
        Enum::of::<CampaignState>(),
    ]
}

impl Enum {
    fn of<E: Stored>() -> Self {
        let path = type_name::<E>();
        Self {
            rust_name: path.rsplit("::").next().unwrap_or(path),
            definition: E::DEFINITION,
            labels: E::LABELS,
            // No label is empty, so that only an `other` variant takes it.
            holds_unknown_labels: E::from_label("").is_ok(),
            up_sql: E::UP_SQL,
            down_sql: E::DOWN_SQL,
            round_trip: |connection| Box::pin(round_trip::<E>(connection)),
        }
    }

    /// As one says it; in SQL, `NAME_SQL` is the spelling that needs no thought.
    pub(crate) fn type_name(&self) -> String {
        let Definition { schema, name, .. } = self.definition;
        schema.map_or_else(|| (*name).to_owned(), |schema| format!("{schema}.{name}"))
    }
}
