using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// A text that criteria speak of: the answer, a file, the result of a tool (see <see cref="Criterion"/>). It is read anew for each check. Where there is none, no criterion about it
/// holds, but its opposite does. Immutable and thread-safe.
/// </summary>
public sealed class TextSubject
{
    private const int LongestQuote = 120;

    private readonly string _name;
    private readonly Func<EvaluationContext, CancellationToken, ValueTask<string?>> _read;
    private readonly Func<EvaluationContext, CancellationToken, ValueTask<bool>> _exists;

    /// <summary>Creates a subject.</summary>
    /// <param name="name">What to call it, for instance "the answer".</param>
    /// <param name="read">Reads it; null where there is none. Thread-safe.</param>
    public TextSubject(string name, Func<EvaluationContext, CancellationToken, ValueTask<string?>> read)
        : this(name, read, async (context, cancellationToken) => await read(context, cancellationToken).ConfigureAwait(false) is not null)
    {
    }

    internal TextSubject(string name, Func<EvaluationContext, CancellationToken, ValueTask<string?>> read, Func<EvaluationContext, CancellationToken, ValueTask<bool>> exists)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(read);
        (_name, _read, _exists) = (name, read, exists);
    }

    /// <summary>It is there, though it may be empty.</summary>
    public Criterion Exists() => new DelegateCriterion($"{_name} to exist", async (context, cancellationToken) =>
        await _exists(context, cancellationToken).ConfigureAwait(false) ? (true, "it") : (false, "none"));

    /// <summary>It is this text, apart from white space around it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="comparison">How texts are compared. Default: ordinal.</param>
    public Criterion Is(string text, StringComparison comparison = StringComparison.Ordinal)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Satisfies($"{_name} to be {Quote(text)}", found => found.AsSpan().Trim().Equals(text.AsSpan().Trim(), comparison));
    }

    /// <summary>It contains this text.</summary>
    /// <param name="text">The text, not empty.</param>
    /// <param name="comparison">How texts are compared. Default: ordinal.</param>
    public Criterion Contains(string text, StringComparison comparison = StringComparison.Ordinal)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        return Satisfies($"{_name} to contain {Quote(text)}", found => found.Contains(text, comparison));
    }

    /// <summary>A part of it matches a regular expression; <c>^</c> and <c>$</c> tie it to the whole.</summary>
    /// <param name="pattern">The expression.</param>
    /// <param name="options">How it is read. Default: culture-invariant.</param>
    /// <param name="timeout">How long a match may take; a criterion that takes longer cannot be checked. Default: 1 second, more than zero.</param>
    /// <exception cref="ArgumentException">The expression is not valid.</exception>
    public Criterion Matches([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, RegexOptions options = RegexOptions.CultureInvariant, TimeSpan? timeout = null)
    {
        Regex expression = new(pattern, options, timeout ?? TimeSpan.FromSeconds(1));
        return Satisfies($"{_name} to match {Quote(pattern)}", expression.IsMatch);
    }

    /// <summary>It is a number.</summary>
    /// <param name="format">How it is written. Default: <see cref="NumberFormat.Invariant"/>, such as <c>-1,250.5</c>.</param>
    public Criterion IsNumber(NumberFormat? format = null) => Number("a number", format, _ => true);

    /// <summary>It is a number near an expected one.</summary>
    /// <param name="expected">The number, finite.</param>
    /// <param name="tolerance">By how much it may differ; what differs by just so much fits. Default 0, at least 0 and finite.</param>
    /// <param name="format">How it is written. Default: <see cref="NumberFormat.Invariant"/>, such as <c>-1,250.5</c>.</param>
    public Criterion IsNumber(double expected, double tolerance = 0, NumberFormat? format = null)
    {
        CheckFinite(expected);
        CheckFinite(tolerance);
        ArgumentOutOfRangeException.ThrowIfNegative(tolerance);
        string about = tolerance == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ± {tolerance}");
        return Number(string.Create(CultureInfo.InvariantCulture, $"the number {expected}{about}"), format, number => number.IsWithin(expected, tolerance));
    }

    /// <summary>It is a number in a range.</summary>
    /// <param name="least">The least number that fits; negative infinity where there is none.</param>
    /// <param name="most">The greatest number that fits, at least <paramref name="least"/>; infinity where there is none.</param>
    /// <param name="format">How it is written. Default: <see cref="NumberFormat.Invariant"/>, such as <c>-1,250.5</c>.</param>
    public Criterion IsNumberBetween(double least, double most, NumberFormat? format = null)
    {
        if (!(least <= most))
        {
            throw new ArgumentOutOfRangeException(nameof(most), most, "Must be at least the other bound, and a number.");
        }

        return Number(string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"), format, number => number.IsBetween(least, most));
    }

    /// <summary>It is JSON: one value, with no text around it and no name twice in an object.</summary>
    public Criterion IsJson() => Check($"{_name} to be JSON", JsonCheck.Parse);

    /// <summary>It is JSON that fits a schema.</summary>
    /// <param name="schema">
    /// A JSON Schema of these keywords: <c>type</c>, <c>const</c>, <c>enum</c>, <c>anyOf</c>, <c>allOf</c>, <c>properties</c>, <c>required</c>, <c>additionalProperties</c>, <c>items</c>,
    /// <c>prefixItems</c>, <c>minItems</c>, <c>maxItems</c>, <c>minLength</c>, <c>maxLength</c>, <c>pattern</c>, <c>minimum</c>, <c>maximum</c>, <c>$ref</c> within the schema; and annotations.
    /// </param>
    /// <exception cref="ArgumentException">The schema has another keyword, which would not be checked.</exception>
    public Criterion IsJson(JsonElement schema)
    {
        JsonCheck check = new(schema.Clone());
        return Check($"{_name} to be JSON that fits the schema", check.Problem);
    }

    /// <inheritdoc cref="IsJson(JsonElement)"/>
    public Criterion IsJson([StringSyntax(StringSyntaxAttribute.Json)] string schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        try
        {
            return IsJson(JsonElement.Parse(schema));
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The schema is not JSON: {error.Message}", nameof(schema), error);
        }
    }

    /// <summary>It satisfies whatever code can decide.</summary>
    /// <param name="expected">What is expected: the rest of a sentence that begins with "Expected".</param>
    /// <param name="holds">Decides. Thread-safe.</param>
    public Criterion Satisfies(string expected, Func<string, bool> holds)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expected);
        ArgumentNullException.ThrowIfNull(holds);
        return Check(expected, text => holds(text) ? null : "");
    }

    private Criterion Number(string expected, NumberFormat? format, Func<ReadNumber, bool> holds)
    {
        NumberReader reader = new(format ?? NumberFormat.Invariant);
        return Check($"{_name} to be {expected}", text => reader.Read(text, out ReadNumber number) is { } problem ? problem : holds(number) ? null : "");
    }

    /// <param name="expected">What is expected.</param>
    /// <param name="problem">What is wrong with the text: null for nothing, empty where the text says it itself.</param>
    private DelegateCriterion Check(string expected, Func<string, string?> problem) => new(expected, async (context, cancellationToken) =>
    {
        string? text = await _read(context, cancellationToken).ConfigureAwait(false);
        return text is null ? (false, "none")
            : problem(text) is not { } wrong ? (true, Quote(text))
            : (false, wrong.Length == 0 ? Quote(text) : $"{Quote(text)} ({wrong})");
    });

    private static string Quote(string text) => $"'{SingleLine.Of(text, LongestQuote)}'";

    private static void CheckFinite(double value, [System.Runtime.CompilerServices.CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "Must be finite.");
        }
    }
}
