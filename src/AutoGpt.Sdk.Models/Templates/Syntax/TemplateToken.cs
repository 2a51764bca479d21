namespace AutoGpt.Sdk.Models;

internal enum TemplateTokenKind
{
    Data,
    OutputBegin,
    OutputEnd,
    BlockBegin,
    BlockEnd,
    Name,
    Text,
    Integer,
    Float,
    Operator,
    End,
}

/// <summary>A token of a template.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Text">Its text; of a string literal the value.</param>
/// <param name="Offset">Where it begins in the source.</param>
internal readonly record struct TemplateToken(TemplateTokenKind Kind, string Text, int Offset)
{
    public bool IsName(string name) => Kind == TemplateTokenKind.Name && Text == name;

    public bool IsOperator(string text) => Kind == TemplateTokenKind.Operator && Text == text;

    /// <summary>What error messages call it.</summary>
    public string Shown => Kind switch
    {
        TemplateTokenKind.Data => "text",
        TemplateTokenKind.OutputBegin => "'{{'",
        TemplateTokenKind.OutputEnd => "'}}'",
        TemplateTokenKind.BlockBegin => "'{%'",
        TemplateTokenKind.BlockEnd => "'%}'",
        TemplateTokenKind.Text => "a string",
        TemplateTokenKind.End => "the end of the template",
        _ => $"'{Text}'",
    };
}
