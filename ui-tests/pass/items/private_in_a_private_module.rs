#![deny(private_interfaces, private_bounds, unnameable_types, unreachable_pub)]

mod model {
    mod inner {
        use pg_enum::PgEnum;

        #[derive(Debug, PartialEq, PgEnum)]
        #[pg_enum(impl(Display, FromStr, Serialize, Deserialize))]
        enum Status {
            Draft,
            #[pg_enum(other)]
            Other(Text),
        }

        #[derive(Debug, PartialEq)]
        struct Text(String);

        impl From<&str> for Text {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl AsRef<str> for Text {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        pub(in crate::model) fn check() {
            assert_eq!("Draft".parse(), Ok(Status::Draft));
            assert_eq!(Status::Other(Text("?".to_owned())).label(), "?");
        }
    }

    pub(crate) fn check() {
        inner::check();
    }
}

pub(crate) fn main() {
    model::check();
}
