use std::rc::Rc;
use std::sync::Arc;

use pg_enum::PgEnum;

macro_rules! check {
    ($($name:ident $field:ty,)*) => {$(
        #[derive(Debug, PartialEq, PgEnum)]
        enum $name {
            Known,
            #[pg_enum(other)]
            Other($field),
        }

        assert_eq!($name::from_label("Known"), Ok($name::Known));
        assert_eq!($name::from_label("?"), Ok($name::Other("?".into())));
        assert_eq!($name::Other("?".into()).label(), "?");
        assert_eq!($name::VARIANTS, [$name::Known]);
    )*};
}

pub(crate) fn main() {
    check! {
        Owned String,
        Boxed Box<str>,
        Shared Arc<str>,
        Counted Rc<str>,
        Alias std::string::String,
    }
}
