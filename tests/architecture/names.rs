//! What the code of a file names: every path, those in `use` trees and in the words of macros included.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, ItemMod, ItemUse, Macro, Signature, TraitItemFn};
use syn::{Ident, Item, ItemEnum, ItemStruct, ItemTrait, ItemType, Path, UseTree};

use super::source::is_cfg_test;

/// A path as it is written, its generic arguments left out; that of a macro ends in `!`.
pub(super) struct Named {
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    /// How many modules stand above the place: where so many `super` lead out of the crate's tree.
    pub(super) depth: usize,
}

impl Named {
    /// The module at the top of this crate that it leads to, if it says so by itself.
    pub(super) fn top(&self) -> Option<&str> {
        let above = self.path.iter().take_while(|name| *name == "super").count();
        let leads_to_root = above > 0 && above == self.depth;
        match self.path.first().map(String::as_str) {
            Some("crate") => self.path.get(1).map(String::as_str),
            Some("super") if leads_to_root => self.path.get(above).map(String::as_str),
            _ => None,
        }
    }

    /// Whether these names follow each other in it.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        let mut windows = self.path.windows(names.len());
        windows.any(|window| window.iter().zip(names).all(|(one, other)| one == other))
    }
}

/// A function with a body.
pub(super) struct Function {
    pub(super) name: String,
    /// The line of its name.
    pub(super) line: usize,
    /// The lines between its braces.
    pub(super) body: std::ops::Range<usize>,
}

/// What was found in a file.
#[derive(Default)]
pub(super) struct Names {
    pub(super) paths: Vec<Named>,
    pub(super) functions: Vec<Function>,
    /// The structs, enums, traits and aliases that it defines, with their lines.
    pub(super) types: Vec<(String, usize)>,
    depth: usize,
}

/// Everything that the items of a module name, its tests left out. So many modules stand above them.
pub(super) fn names(items: &[Item], depth: usize) -> Names {
    let mut names = Names {
        depth,
        ..Names::default()
    };
    for item in items {
        names.visit_item(item);
    }
    names
}

impl Names {
    fn add(&mut self, path: Vec<String>, line: usize) {
        let depth = self.depth;
        self.paths.push(Named { path, line, depth });
    }

    fn tree(&mut self, tree: &UseTree, prefix: &[String]) {
        let with = |name: &dyn ToString| [prefix, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(with(&name.ident), name.span().start().line),
            UseTree::Rename(name) => self.add(with(&name.ident), name.span().start().line),
            UseTree::Glob(glob) => self.add(prefix.to_vec(), glob.span().start().line),
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.tree(tree, prefix);
                }
            }
        }
    }

    /// The paths among words that nobody has parsed.
    fn words(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match &token {
                TokenTree::Ident(name) if path.is_empty() || colons == 2 => {
                    line = name.span().start().line;
                    path.push(name.to_string());
                }
                TokenTree::Punct(colon) if colon.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                other => {
                    if let TokenTree::Punct(bang) = other
                        && bang.as_char() == '!'
                        && let Some(last) = path.last_mut()
                    {
                        last.push('!');
                    }
                    self.add(std::mem::take(&mut path), line);
                    if let TokenTree::Ident(name) = other {
                        line = name.span().start().line;
                        path.push(name.to_string());
                    }
                }
            }
            colons = 0;
            if let TokenTree::Group(group) = &token
                && group.delimiter() != Delimiter::None
            {
                self.words(group.stream());
            }
        }
        self.add(path, line);
    }

    fn define(&mut self, name: &Ident) {
        let line = name.span().start().line;
        self.types.push((name.to_string(), line));
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        self.functions.push(Function {
            name: signature.ident.to_string(),
            line: signature.ident.span().start().line,
            body: block.span().start().line + 1..block.span().end().line,
        });
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_path(&mut self, path: &'ast Path) {
        let names = path.segments.iter().map(|one| one.ident.to_string());
        self.add(names.collect(), path.span().start().line);
        visit::visit_path(self, path);
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.tree(&item.tree, &[]);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let mut names: Vec<String> = Vec::new();
        names.extend(call.path.segments.iter().map(|one| one.ident.to_string()));
        if let Some(last) = names.last_mut() {
            last.push('!');
        }
        self.add(names, call.span().start().line);
        self.words(call.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        if let syn::Meta::List(list) = &attribute.meta {
            // Paths stand in texts there, too: `#[serde(with = "crate::model::exact")]`.
            let text = list.tokens.to_string().replace('"', " ");
            self.words(text.parse().unwrap_or_default());
        }
    }

    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        self.define(&item.ident);
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.define(&item.ident);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        self.define(&item.ident);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        self.define(&item.ident);
        visit::visit_item_type(self, item);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if item.attrs.iter().any(is_cfg_test) {
            return;
        }
        self.depth += 1;
        visit::visit_item_mod(self, item);
        self.depth -= 1;
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !item.attrs.iter().any(is_cfg_test) {
            self.function(&item.sig, &item.block);
            visit::visit_item_fn(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !item.attrs.iter().any(is_cfg_test) {
            self.function(&item.sig, &item.block);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
