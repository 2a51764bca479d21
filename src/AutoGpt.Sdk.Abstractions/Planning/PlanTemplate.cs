using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk;

/// <summary>
/// A plan with parameters in it. In an argument, <c>{{name}}</c> stands for the value of a parameter: as the whole argument for the value itself, within a longer text for its text. What is
/// not the name of a parameter stays as it is.
/// </summary>
/// <param name="Name">Names the template: letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, beginning with a letter or digit, at most 80.</param>
/// <param name="Plan">The plan with the parameters in it.</param>
public sealed partial record PlanTemplate(string Name, Plan Plan)
{
    /// <summary>What the plan is for, for people. Default: nothing.</summary>
    public string? Description { get; init; }

    /// <summary>
    /// How a goal is worded that this plan reaches, with <c>{{name}}</c> for each parameter: <c>Sum the column {{column}} of {{file}}</c>. Null where the template is used by name alone.
    /// </summary>
    public string? Goal { get; init; }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<PlanParameter> Parameters { get => field ?? []; init; } = [];

    /// <summary>Makes a template of the plan of a run that succeeded.</summary>
    /// <param name="name">Names the template.</param>
    /// <param name="result">The run.</param>
    /// <param name="parameters">Names, and the values they have in this run: wherever such a value stands in an argument, the parameter takes its place.</param>
    /// <exception cref="ArgumentException">The run did not succeed, it has no plan, or a value stands nowhere in it.</exception>
    public static PlanTemplate From(string name, AgentResult result, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(parameters);
        if (result is not { Status: AgentStatus.Succeeded, Plan: { } plan })
        {
            throw new ArgumentException($"Only the plan of a run that succeeded is worth keeping; this one ended as {result.Status}.", nameof(result));
        }

        if (plan.ExtendedAfter.Count > 0 && result.Steps.Skip(result.Steps.Count - plan.Steps.Count).FirstOrDefault(step => !step.Succeeded) is { } failed)
        {
            throw new ArgumentException($"Step {failed.Number} of the plan failed on the way and would fail again; make the template by hand, without it.", nameof(result));
        }

        // The longest value first: one may be a part of another.
        KeyValuePair<string, string>[] values = [.. parameters.OrderByDescending(pair => pair.Value.Length).ThenBy(pair => pair.Key, StringComparer.Ordinal)];
        Dictionary<string, PlanParameterKind> used = [];
        Plan made = new()
        {
            Steps = [.. plan.Steps.Select(step => new PlanStep(step.Number, step.Tool, (JsonObject)Map(step.Arguments, (value, depth) => Parameterize(value, depth, values, used))!) { After = step.After, Parent = step.Parent })],
        };
        if (values.FirstOrDefault(pair => !used.ContainsKey(pair.Key)) is { Key: { } unused })
        {
            throw new ArgumentException($"The value of the parameter '{unused}' stands nowhere in the plan.", nameof(parameters));
        }

        PlanTemplate template = new(name, made) { Parameters = [.. parameters.Keys.Select(parameter => new PlanParameter(parameter) { Kind = used[parameter] })] };
        template.Validate();
        return template;
    }

    /// <summary>The plan with values in place of the parameters. A value is a text and never becomes a reference to a step.</summary>
    /// <param name="values">A value for each parameter that has no default.</param>
    /// <exception cref="ArgumentException">A value is missing, or there is no such parameter.</exception>
    public Plan Bind(IReadOnlyDictionary<string, string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Keys.FirstOrDefault(name => Parameters.All(parameter => parameter.Name != name)) is { } unknown)
        {
            throw new ArgumentException($"The template '{Name}' has no parameter '{unknown}'. It has {(Parameters.Count == 0 ? "none" : string.Join(", ", Parameters.Select(parameter => parameter.Name)))}.", nameof(values));
        }

        Dictionary<string, string> texts = Parameters.ToDictionary(
            parameter => parameter.Name,
            parameter => values.GetValueOrDefault(parameter.Name) ?? parameter.Default ?? throw new ArgumentException($"The template '{Name}' needs a value for '{parameter.Name}'.", nameof(values)));
        Dictionary<string, JsonNode?> wholes = Parameters.Where(parameter => parameter.Kind == PlanParameterKind.Json).ToDictionary(parameter => Place(parameter.Name), parameter => Parse(parameter, texts[parameter.Name]));
        return Plan with { Steps = [.. Plan.Steps.Select(step => step with { Arguments = (JsonObject)Map(step.Arguments, (value, depth) => Fill(value, depth, texts, wholes))! })] };
    }

    /// <summary>Throws when the template is not sound.</summary>
    /// <exception cref="ArgumentException">Its name or that of a parameter is not one, two parameters have one name, or a parameter stands nowhere; the message says which.</exception>
    public void Validate()
    {
        if (Name is null || Plan is null || !NamePattern().IsMatch(Name))
        {
            throw new ArgumentException($"'{Name}' is no name for a template: letters, digits, '-', '_' and '.', beginning with a letter or digit, at most 80.");
        }

        if (Parameters.FirstOrDefault(parameter => !ParameterPattern().IsMatch(parameter.Name)) is { } wrong)
        {
            throw new ArgumentException($"'{wrong.Name}' is no name for a parameter: a letter, then letters, digits and '_', at most 40.");
        }

        if (Parameters.GroupBy(parameter => parameter.Name).FirstOrDefault(group => group.Skip(1).Any()) is { } twice)
        {
            throw new ArgumentException($"The template '{Name}' has the parameter '{twice.Key}' twice.");
        }

        HashSet<string> used = [];
        foreach (PlanStep step in Plan.Steps)
        {
            Map(step.Arguments, (value, _) =>
            {
                used.UnionWith(value.TryGetValue(out string? text) ? PlacePattern().Matches(text).Select(match => match.Groups[1].Value) : []);
                return value.DeepClone();
            });
        }

        if (used.Concat(PlacePattern().Matches(Goal ?? "").Select(match => match.Groups[1].Value)).FirstOrDefault(name => Parameters.All(parameter => parameter.Name != name)) is { } undeclared)
        {
            throw new ArgumentException($"The template '{Name}' names '{{{{{undeclared}}}}}', and has no such parameter: add it to the parameters.");
        }

        if (Parameters.FirstOrDefault(parameter => !used.Contains(parameter.Name)) is { } unused)
        {
            throw new ArgumentException($"The parameter '{unused.Name}' of the template '{Name}' stands nowhere in its plan.");
        }
    }

    /// <summary>Whether a text can name a template.</summary>
    /// <param name="name">The text.</param>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return NamePattern().IsMatch(name);
    }

    /// <summary>The texts of a goal's wording between its parameters.</summary>
    /// <param name="goal">The wording, as in <see cref="Goal"/>.</param>
    public static IEnumerable<string> Texts(string goal) => PlacePattern().Split(goal).Where((_, index) => index % 2 == 0);

    /// <summary>A goal's wording as another pattern language writes it.</summary>
    /// <param name="goal">The wording, as in <see cref="Goal"/>.</param>
    /// <param name="text">Writes a text between parameters.</param>
    /// <param name="parameter">Writes a parameter, by its name.</param>
    public static string ToPattern(string goal, Func<string, string> text, Func<string, string> parameter)
    {
        ArgumentNullException.ThrowIfNull(goal);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(parameter);
        return string.Concat(PlacePattern().Split(goal).Select((part, index) => index % 2 == 0 ? text(part) : parameter(part)));
    }

    private static string Place(string name) => "{{" + name + "}}";

    private static JsonNode Parameterize(JsonValue value, Depth depth, KeyValuePair<string, string>[] values, Dictionary<string, PlanParameterKind> used)
    {
        if (!value.TryGetValue(out string? text))
        {
            string json = value.ToJsonString();
            if (Array.Find(values, pair => pair.Value == json) is not { Key: { } whole })
            {
                return value.DeepClone();
            }

            used[whole] = PlanParameterKind.Json;
            return Place(whole);
        }

        if (depth != Depth.Inside && ReferencePattern().IsMatch(text))
        {
            return value.DeepClone(); // The number of a step is no value.
        }

        text = Read(text, depth);
        string before = text;
        foreach ((string name, string replaced) in values)
        {
            if (replaced.Length > 0 && text.Contains(replaced, StringComparison.Ordinal))
            {
                used.TryAdd(name, PlanParameterKind.Text);
                text = text.Replace(replaced, Place(name), StringComparison.Ordinal);
            }
        }

        return text == before ? value.DeepClone() : Written(text, depth);
    }

    private static JsonNode? Parse(PlanParameter parameter, string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException error)
        {
            throw new ArgumentException($"The value of '{parameter.Name}' is not JSON: {error.Message}", error);
        }
    }

    private static JsonNode? Fill(JsonValue value, Depth depth, Dictionary<string, string> texts, Dictionary<string, JsonNode?> wholes)
    {
        if (!value.TryGetValue(out string? text) || !PlacePattern().IsMatch(text))
        {
            return value.DeepClone();
        }

        if (wholes.TryGetValue(text, out JsonNode? whole))
        {
            return Map(whole, (inner, at) => inner.TryGetValue(out string? given) ? Written(given, at) : inner.DeepClone(), depth);
        }

        // In one pass: what a value says about other parameters is its own text.
        return Written(PlacePattern().Replace(Read(text, depth), match => texts.GetValueOrDefault(match.Groups[1].Value) ?? match.Value), depth);
    }

    // Texts that are read when the step runs: a first dollar sign is written twice there.
    private static string Read(string text, Depth depth) => depth != Depth.Inside && text.StartsWith("$$", StringComparison.Ordinal) ? text[1..] : text;

    private static string Written(string text, Depth depth) => depth != Depth.Inside && text.StartsWith('$') ? "$" + text : text;

    private static JsonNode? Map(JsonNode? node, Func<JsonValue, Depth, JsonNode?> change, Depth depth = Depth.Arguments) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Map(member.Value, change, depth == Depth.Arguments ? Depth.Argument : Depth.Inside)))),
        JsonArray elements => new JsonArray([.. elements.Select(element => Map(element, change, depth == Depth.Argument ? Depth.Element : Depth.Inside))]),
        JsonValue value => change(value, depth),
        _ => null,
    };

    // References are whole arguments, or elements of an argument that is a list; what lies deeper is handed over as it stands.
    private enum Depth
    {
        Arguments,
        Argument,
        Element,
        Inside,
    }

    [GeneratedRegex(@"^\$[1-9][0-9]*(?:\.[A-Za-z_][A-Za-z0-9_\-]*|\[[0-9]{1,9}\])*\z", RegexOptions.CultureInvariant)]
    private static partial Regex ReferencePattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._\-]{0,79}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ParameterPattern();

    [GeneratedRegex(@"\{\{([A-Za-z][A-Za-z0-9_]{0,39})\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex PlacePattern();
}

/// <summary>A parameter of a <see cref="PlanTemplate"/>.</summary>
/// <param name="Name">A letter, then letters, digits and <c>_</c>, at most 40.</param>
public sealed record PlanParameter(string Name)
{
    /// <summary>What it is for, for people. Default: nothing.</summary>
    public string? Description { get; init; }

    /// <summary>What its values are. Default: texts.</summary>
    public PlanParameterKind Kind { get; init; }

    /// <summary>The value where none is given. Null: one must be given.</summary>
    public string? Default { get; init; }
}

/// <summary>What the values of a parameter are.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlanParameterKind>))]
public enum PlanParameterKind
{
    /// <summary>Texts.</summary>
    [JsonStringEnumMemberName("text")] Text,

    /// <summary>JSON – a number, a truth value, a list –, where the parameter is a whole argument.</summary>
    [JsonStringEnumMemberName("json")] Json,
}
