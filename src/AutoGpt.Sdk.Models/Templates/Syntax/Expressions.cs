namespace AutoGpt.Sdk.Models;

/// <summary>A node of a template's syntax tree.</summary>
/// <param name="Offset">Where it stands in the source.</param>
internal abstract record SyntaxNode(int Offset);

/// <summary>What has a value.</summary>
internal abstract record Expression(int Offset) : SyntaxNode(Offset);

internal sealed record LiteralExpression(int Offset, TemplateValue Value) : Expression(Offset);

internal sealed record NameExpression(int Offset, string Name) : Expression(Offset);

internal sealed record ListExpression(int Offset, IReadOnlyList<Expression> Items, ListKind Kind) : Expression(Offset);

internal sealed record MappingExpression(int Offset, IReadOnlyList<KeyValuePair<Expression, Expression>> Entries) : Expression(Offset);

internal sealed record AttributeExpression(int Offset, Expression Target, string Name) : Expression(Offset);

internal sealed record SubscriptExpression(int Offset, Expression Target, Expression Index) : Expression(Offset);

internal sealed record SliceExpression(int Offset, Expression Target, Expression? Start, Expression? Stop, Expression? Step) : Expression(Offset);

/// <summary>Arguments of a call, a filter or a test.</summary>
internal sealed record ArgumentList(IReadOnlyList<Expression> Positional, IReadOnlyList<KeyValuePair<string, Expression>> Named)
{
    public static readonly ArgumentList None = new([], []);
}

internal sealed record CallExpression(int Offset, string Name, ArgumentList Arguments) : Expression(Offset);

internal sealed record MethodExpression(int Offset, Expression Target, string Name, ArgumentList Arguments) : Expression(Offset);

/// <param name="Offset">Where it stands.</param>
/// <param name="Input">What is filtered; null in a filter block, whose input is its body.</param>
/// <param name="Name">The filter.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record FilterExpression(int Offset, Expression? Input, string Name, ArgumentList Arguments) : Expression(Offset);

internal sealed record TestExpression(int Offset, Expression Input, string Name, ArgumentList Arguments) : Expression(Offset);

internal sealed record UnaryExpression(int Offset, string Operator, Expression Operand) : Expression(Offset);

internal sealed record BinaryExpression(int Offset, string Operator, Expression Left, Expression Right) : Expression(Offset);

internal sealed record LogicalExpression(int Offset, bool IsAnd, Expression Left, Expression Right) : Expression(Offset);

/// <summary>A chain such as <c>a &lt; b &lt;= c</c>.</summary>
internal sealed record CompareExpression(int Offset, Expression First, IReadOnlyList<KeyValuePair<string, Expression>> Rest) : Expression(Offset);

internal sealed record ConditionalExpression(int Offset, Expression Condition, Expression Then, Expression? Else) : Expression(Offset);
