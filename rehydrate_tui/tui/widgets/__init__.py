"""One widget a module. Widgets know domain values only; screens start workers."""
