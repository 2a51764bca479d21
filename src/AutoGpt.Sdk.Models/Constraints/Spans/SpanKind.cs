namespace AutoGpt.Sdk.Models;

/// <summary>
/// What a quotation from a text may be: the values of a schema's <c>x-quotedAs</c>. Of no kind is what reads as a reference to a
/// step: <c>$</c> and a whole number from 1, such as <c>$5</c>.
/// </summary>
public enum SpanKind
{
    /// <summary>
    /// <c>any</c>: any part of at most 2,000 characters that neither begins nor ends inside a word or with white space.
    /// </summary>
    Any,

    /// <summary>
    /// <c>path</c>: runs without white space and quotes that hold a dot between word characters, a slash or a <c>*</c>, without
    /// the punctuation of the sentence around them (<c>data/sales.csv</c>, <c>*.log</c>, <c>items[0].price</c>), and whole quoted
    /// spans with an extension (<c>my notes.txt</c>).
    /// </summary>
    Path,

    /// <summary>
    /// <c>number</c>: numerals (<c>12</c>, <c>-3.5</c>, <c>1,250</c>; with and without a currency sign or <c>%</c>, but no <c>$5</c>) and English
    /// number words (<c>twenty-five</c>, <c>a</c>, <c>a dozen</c>).
    /// </summary>
    Number,

    /// <summary><c>date</c>: <c>2026-03-03</c>, <c>3 March 2026</c>, <c>March 3rd, 2026</c>, <c>03/04/2026</c>, <c>3.4.2026</c>.</summary>
    Date,

    /// <summary><c>word</c>: single words outside quotations (<c>read-me</c>, <c>don't</c>, <c>°C</c>, <c>40%</c>), and whole quoted spans.</summary>
    Word,

    /// <summary>
    /// <c>text</c>: whole quoted spans, and runs of 1 to 12 words of one line outside quotations, without the punctuation around them.
    /// </summary>
    Text,

    /// <summary><c>span</c>: all that is a path, a word, a text or a number.</summary>
    Span,

    /// <summary><c>expression</c>: as much as reads as one arithmetic expression with an operator: <c>(12.5+3)*4</c>.</summary>
    Expression,
}
