namespace AutoGpt.Sdk.Models;

/// <summary>What writes or sets.</summary>
internal abstract record Statement(int Offset) : SyntaxNode(Offset);

internal sealed record DataStatement(int Offset, TextValue Text) : Statement(Offset);

internal sealed record OutputStatement(int Offset, Expression Value) : Statement(Offset);

internal sealed record IfStatement(int Offset, IReadOnlyList<KeyValuePair<Expression, IReadOnlyList<Statement>>> Branches, IReadOnlyList<Statement> Else) : Statement(Offset);

internal sealed record ForStatement(
    int Offset, AssignmentTarget Target, Expression Items, Expression? Condition, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else) : Statement(Offset);

internal sealed record BreakStatement(int Offset) : Statement(Offset);

internal sealed record ContinueStatement(int Offset) : Statement(Offset);

internal sealed record SetStatement(int Offset, AssignmentTarget Target, Expression Value) : Statement(Offset);

/// <summary><c>{% set x | filter %}…{% endset %}</c>.</summary>
internal sealed record SetBlockStatement(int Offset, AssignmentTarget Target, FilterExpression? Filter, IReadOnlyList<Statement> Body) : Statement(Offset);

internal sealed record MacroParameter(string Name, Expression? Default);

internal sealed record MacroStatement(int Offset, string Name, IReadOnlyList<MacroParameter> Parameters, IReadOnlyList<Statement> Body) : Statement(Offset);

/// <summary><c>{% call(x) macro() %}…{% endcall %}</c>: the body is the macro's <c>caller</c>.</summary>
internal sealed record CallStatement(int Offset, CallExpression Call, IReadOnlyList<MacroParameter> Parameters, IReadOnlyList<Statement> Body) : Statement(Offset);

internal sealed record FilterStatement(int Offset, FilterExpression Filter, IReadOnlyList<Statement> Body) : Statement(Offset);

/// <summary>A body with variables of its own: <c>with</c>, and <c>generation</c>, whose marks only training needs.</summary>
internal sealed record ScopeStatement(int Offset, IReadOnlyList<KeyValuePair<string, Expression>> Variables, IReadOnlyList<Statement> Body) : Statement(Offset);

/// <summary>What a value is put into.</summary>
internal abstract record AssignmentTarget(int Offset) : SyntaxNode(Offset);

internal sealed record NameTarget(int Offset, string Name) : AssignmentTarget(Offset);

internal sealed record MemberTarget(int Offset, string Namespace, string Name) : AssignmentTarget(Offset);

internal sealed record TupleTarget(int Offset, IReadOnlyList<AssignmentTarget> Items) : AssignmentTarget(Offset);
