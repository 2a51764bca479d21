using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Tools over a file or a text: count, find, choose, order, change.</summary>
internal sealed class TextTools(Workspace workspace)
{
    private static readonly Parameter PathParameter = new("path", "A file of the workspace. Give either path or text.") { QuotedAs = "path" };

    private static readonly Parameter TextParameter = new("text", "A text or the result of a step. Give either path or text.") { QuotedAs = "text", Reference = true };

    public IEnumerable<ToolDefinition> Create()
    {
        yield return Define(
            "count", "Counts lines, words, characters, or occurrences of a text.",
            [
                new Parameter("unit", "What to count.") { Words = ["lines", "words", "characters", "occurrences"] },
                new Parameter("of", "The text whose occurrences are counted, whatever its case.") { QuotedAs = "text" },
            ],
            ["unit=lines|words|characters", "unit=occurrences of"],
            (arguments, text) => Count(arguments, text));
        yield return Define(
            "extract", "Finds e-mail addresses, URLs, numbers, dates or matches of a regular expression, one a line.",
            [
                new Parameter("kind", "What to find.") { Words = ["emails", "urls", "numbers", "dates", "matches"] },
                new Parameter("pattern", "The regular expression, for matches.") { QuotedAs = "text" },
            ],
            ["kind=emails|urls|numbers|dates", "kind=matches pattern"],
            (arguments, text) =>
            {
                string kind = arguments.Text("kind");
                return Lines.Join(Extractor.Find(text, kind, kind == "matches" ? arguments.Text("pattern") : null));
            });
        yield return Define(
            "filter_lines", "Keeps the lines that contain a text, whatever its case; with exclude, those that do not.",
            [
                new Parameter("containing", "The text.") { QuotedAs = "text", Reference = true },
                new Parameter("exclude", "Keep the other lines. Default: false.") { Type = "boolean" },
            ],
            ["containing", "containing exclude=true"],
            (arguments, text) =>
            {
                string containing = arguments.Text("containing");
                bool exclude = arguments.Flag("exclude");
                return Lines.Join(Lines.Of(text).Where(line => line.Contains(containing, StringComparison.OrdinalIgnoreCase) != exclude));
            });
        yield return Define(
            "take_lines", "The first or the last lines.",
            [
                new Parameter("from", "Which end.") { Words = ["start", "end"] },
                new Parameter("lines", "How many.") { Type = "integer", Minimum = 1, Maximum = 1000 },
            ],
            ["from lines"],
            (arguments, text) =>
            {
                string[] lines = Lines.Of(text);
                int count = Math.Min(arguments.OptionalInteger("lines") ?? throw arguments.Error("'lines' is missing: how many."), lines.Length);
                return Lines.Join(arguments.Text("from") == "start" ? lines[..count] : lines[^count..]);
            });
        yield return Define(
            "summarize", "The most telling sentences, in their order.",
            [new Parameter("sentences", "How many. Default: 3.") { Type = "integer", Minimum = 1, Maximum = 100 }],
            ["", "sentences"],
            (arguments, text) => Summarizer.Summarize(text, arguments.OptionalInteger("sentences") ?? 3));
        yield return Define(
            "sort_lines", "Sorts lines by text, whatever the case, or by the first number in them.",
            [
                new Parameter("order", "Default: ascending.") { Words = ["ascending", "descending"] },
                new Parameter("by", "Default: text.") { Words = ["text", "number"] },
            ],
            ["", "order=descending", "by=number", "order=descending by=number"],
            (arguments, text) => Sort(text, arguments.OptionalText("order") == "descending", arguments.OptionalText("by") == "number"));
        yield return Define(
            "unique_lines", "Each different line once, where it occurs first.", [], [""], (_, text) => Lines.Join(Lines.Of(text).Distinct(StringComparer.Ordinal)));
        yield return Define(
            "replace", "The text with every occurrence of one text replaced by another. Does not write the file.",
            [
                new Parameter("find", "What to replace; its case counts.") { QuotedAs = "text" },
                new Parameter("with", "What to put in its place.") { QuotedAs = "text", Reference = true },
            ],
            ["find with"],
            Replace);
        yield return Define(
            "change_case", "The text in upper or lower case.",
            [new Parameter("to", "Which case.") { Words = ["upper", "lower"] }],
            ["to"],
            (arguments, text) => arguments.Text("to") == "upper" ? text.ToUpperInvariant() : text.ToLowerInvariant());
        yield return Concat();
    }

    private ToolDefinition Define(string name, string description, Parameter[] parameters, string[] forms, Func<ToolArguments, string, JsonNode> body) => new(name, description)
    {
        Parameters = [PathParameter, TextParameter, .. parameters],
        Forms = [.. ((string[])["path", "text"]).SelectMany(source => forms.Select(form => $"{source} {form}"))],
        Body = async (arguments, cancellationToken) => body(arguments, await InputAsync(workspace, arguments, cancellationToken).ConfigureAwait(false)),
    };

    /// <summary>The content of <c>path</c>, or <c>text</c>.</summary>
    internal static async Task<string> InputAsync(Workspace workspace, ToolArguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Has("path") == arguments.Has("text"))
        {
            throw arguments.Error("give either 'path' (a file) or 'text' (a text or the result of a step), not both.");
        }

        return arguments.Has("path")
            ? await workspace.ReadAsync(arguments.Text("path"), cancellationToken).ConfigureAwait(false)
            : arguments.Text("text");
    }

    private static JsonNode Count(ToolArguments arguments, string text)
    {
        string unit = arguments.Text("unit");
        if (unit != "occurrences")
        {
            return arguments.Has("of") ? throw arguments.Error("'of' goes with unit=occurrences only.") : unit switch
            {
                "lines" => Lines.Of(text).Length,
                "words" => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length,
                _ => text.EnumerateRunes().Count(),
            };
        }

        string of = arguments.Text("of");
        if (of.Length == 0)
        {
            throw arguments.Error("'of' is empty.");
        }

        int count = 0;
        for (int at = 0; (at = text.IndexOf(of, at, StringComparison.OrdinalIgnoreCase)) >= 0; at += of.Length)
        {
            count++;
        }

        return count;
    }

    private JsonNode Replace(ToolArguments arguments, string text)
    {
        string find = arguments.Text("find");
        string with = arguments.Text("with");
        if (find.Length == 0)
        {
            throw arguments.Error("'find' is empty.");
        }

        // A short text with many occurrences of a letter and a long replacement would fill the memory before it could be told to be too large.
        long occurrences = 0;
        for (int at = 0; (at = text.IndexOf(find, at, StringComparison.Ordinal)) >= 0; at += find.Length)
        {
            occurrences++;
        }

        workspace.EnsureBounded(text.Length + (occurrences * (with.Length - find.Length)));
        return text.Replace(find, with, StringComparison.Ordinal);
    }

    private static string Sort(string text, bool descending, bool byNumber)
    {
        string[] lines = Lines.Of(text);
        // Both sorts are stable, and lines without a number come last.
        IEnumerable<string> sorted = byNumber
            ? lines.Select(line => (Line: line, Number: FirstNumber(line))).OrderBy(line => line.Number is null)
                .ThenBy(line => descending ? -line.Number : line.Number).Select(line => line.Line)
            : descending ? lines.OrderByDescending(line => line, StringComparer.OrdinalIgnoreCase) : lines.Order(StringComparer.OrdinalIgnoreCase);
        return Lines.Join(sorted);
    }

    private static decimal? FirstNumber(string line) =>
        Extractor.Find(line, "numbers", null).FirstOrDefault() is { } found && Numerals.TryParse(found, out decimal number) ? number : null;

    private ToolDefinition Concat() => new("concat", "Joins the contents of files, or the results of steps, with a line break between them.")
    {
        Parameters =
        [
            new Parameter("paths", "Files of the workspace, in order. Give either paths or texts.") { QuotedAs = "path", Items = (2, 6) },
            new Parameter("texts", "Results of steps, in order.") { Reference = true, Items = (2, 6) },
        ],
        Forms = ["paths", "texts"],
        Body = async (arguments, cancellationToken) =>
        {
            if (arguments.Has("paths") == arguments.Has("texts"))
            {
                throw arguments.Error("give either 'paths' or 'texts'.");
            }

            List<string> parts = [];
            long length = 0;
            foreach (string part in arguments.Texts(arguments.Has("paths") ? "paths" : "texts"))
            {
                string text = arguments.Has("paths") ? await workspace.ReadAsync(part, cancellationToken).ConfigureAwait(false) : part;
                parts.Add(text.EndsWith('\n') ? text[..^1] : text);
                workspace.EnsureBounded(length += parts[^1].Length);
            }

            return Lines.Join(parts);
        },
    };
}
