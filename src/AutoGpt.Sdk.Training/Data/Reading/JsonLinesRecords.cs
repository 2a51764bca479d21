using System.Text.Json;

namespace AutoGpt.Sdk.Training;

/// <summary>Records of a JSONL file: an object a line with <c>messages</c>, with <c>prompt</c> and <c>completion</c>, or with <c>text</c>.</summary>
internal static class JsonLinesRecords
{
    /// <param name="path">The file.</param>
    /// <param name="options">Names of the fields.</param>
    /// <param name="fault">Takes the error of a line, or throws it.</param>
    public static IEnumerable<TextRecord> Read(string path, RecordReaderOptions options, Action<DatasetException> fault)
    {
        foreach ((ReadOnlyMemory<byte> bytes, long number, long position) in ByteLines.Read(path, options.MaximumRecordBytes))
        {
            if (bytes.Span.IndexOfAnyExcept(" \t\r"u8) < 0)
            {
                continue;
            }

            TextRecord? record = null;
            try
            {
                record = Parse(bytes, new RecordPlace(path, number), position, options);
            }
            catch (DatasetException exception)
            {
                fault(exception);
            }

            if (record is not null)
            {
                yield return record;
            }
        }
    }

    private static TextRecord Parse(ReadOnlyMemory<byte> line, RecordPlace place, long position, RecordReaderOptions options)
    {
        if (Utf8Input.FindFault(line.Span) is int fault)
        {
            throw Utf8Input.Fault(place, line.Span[fault], position + fault);
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Convert(document.RootElement, place, options)
                : throw new DatasetException(place, $"the line is JSON, but {Kind(document.RootElement)} instead of an object.", position);
        }
        catch (JsonException exception)
        {
            long at = position + (exception.BytePositionInLine ?? 0);
            throw new DatasetException(place, $"the line is not JSON from position {at} of the file on. Each line must hold one JSON object, all of it.", at, exception);
        }
        catch (InvalidOperationException exception)
        {
            // A lone surrogate, written as \uD800.
            throw new DatasetException(place, "a string in the line holds half a character (an escaped surrogate that stands alone).", position, exception);
        }
    }

    private static TextRecord Convert(JsonElement line, RecordPlace place, RecordReaderOptions options)
    {
        TextRecord record = new() { Place = place, Label = Label(line, place, options.LabelField) };
        if (line.TryGetProperty(options.MessagesField, out JsonElement messages))
        {
            return record with
            {
                Messages = JsonMessages.Parse(messages, place),
                Tools = line.TryGetProperty(options.ToolsField, out JsonElement tools) && tools.ValueKind != JsonValueKind.Null ? JsonMessages.ParseTools(tools, place) : [],
            };
        }

        if (line.TryGetProperty(options.PromptField, out JsonElement prompt) && line.TryGetProperty(options.CompletionField, out JsonElement completion))
        {
            return record with { Prompt = Text(prompt, options.PromptField, place), Completion = Text(completion, options.CompletionField, place) };
        }

        return line.TryGetProperty(options.TextField, out JsonElement text)
            ? record with { Text = Text(text, options.TextField, place) }
            : throw new DatasetException(
                place,
                $"the object has neither '{options.MessagesField}' nor '{options.PromptField}' with '{options.CompletionField}' nor '{options.TextField}'; it has {NearestFields(line)}. The reader's options name other fields.");
    }

    private static string? Label(JsonElement line, RecordPlace place, string field)
    {
        if (!line.TryGetProperty(field, out JsonElement label))
        {
            return null;
        }

        return label.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => label.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => label.GetRawText(),
            _ => throw new DatasetException(place, $"'{field}' is {Kind(label)}; a label is a string, a number, true or false."),
        };
    }

    private static string Text(JsonElement value, string field, RecordPlace place) => value.ValueKind == JsonValueKind.String
        ? value.GetString()!
        : throw new DatasetException(place, $"'{field}' is {Kind(value)} instead of a string.");

    private static string NearestFields(JsonElement line)
    {
        string[] names = [.. line.EnumerateObject().Select(property => $"'{property.Name}'").Take(8)];
        return names.Length == 0 ? "nothing" : string.Join(", ", names);
    }

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a truth value",
    };
}
