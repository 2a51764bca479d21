using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Tools that list, read, write and search files.</summary>
internal sealed class FileTools(Workspace workspace)
{
    public IEnumerable<ToolDefinition> Create()
    {
        yield return new ToolDefinition("list_files", "Lists the files of the workspace, one path a line.")
        {
            Parameters = FileSelection.Parameters,
            Forms = FileSelection.Forms,
            Body = (arguments, cancellationToken) => ValueTask.FromResult<JsonNode>(Lines.Join(FileSelection.Select(workspace, arguments, cancellationToken))),
        };
        yield return new ToolDefinition("read_file", "Reads a text file.")
        {
            Parameters = [new Parameter("path", "A file of the workspace.") { QuotedAs = "path" }],
            Forms = ["path"],
            Body = async (arguments, cancellationToken) => await workspace.ReadAsync(arguments.Text("path"), cancellationToken).ConfigureAwait(false),
        };
        yield return new ToolDefinition("write_file", "Creates a file with a text, or replaces its content.")
        {
            Parameters = [new Parameter("path", "The file.") { QuotedAs = "path" }, new Parameter("text", "The text or the result of a step.") { QuotedAs = "text", Reference = true }],
            Forms = ["path text"],
            ReadOnly = false,
            Idempotent = true,
            Body = async (arguments, cancellationToken) =>
            {
                await workspace.WriteAsync(arguments.Text("path"), Ended(arguments.Text("text")), cancellationToken).ConfigureAwait(false);
                return arguments.Text("path");
            },
        };
        yield return new ToolDefinition("append_file", "Adds a text as new lines at the end of a file, which is created where there is none.")
        {
            Parameters = [new Parameter("path", "The file.") { QuotedAs = "path" }, new Parameter("text", "The text or the result of a step.") { QuotedAs = "text", Reference = true }],
            Forms = ["path text"],
            ReadOnly = false,
            TakesIdempotencyKey = true,
            Body = async (arguments, cancellationToken) =>
            {
                await workspace.AppendAsync(arguments.Text("path"), Ended(arguments.Text("text")), arguments.IdempotencyKey, cancellationToken).ConfigureAwait(false);
                return arguments.Text("path");
            },
        };
        yield return new ToolDefinition("copy_file", "Copies a text file.")
        {
            Parameters = [new Parameter("path", "The file to copy.") { QuotedAs = "path" }, new Parameter("to", "The name of the copy.") { QuotedAs = "path" }],
            Forms = ["path to"],
            ReadOnly = false,
            Idempotent = true,
            Body = async (arguments, cancellationToken) =>
            {
                await workspace.CopyAsync(arguments.Text("path"), arguments.Text("to"), cancellationToken).ConfigureAwait(false);
                return arguments.Text("to");
            },
        };
        yield return new ToolDefinition("search_files", "Finds the lines of all files that contain a text, whatever its case, as path:line: content.")
        {
            Parameters = [new Parameter("text", "What to look for.") { QuotedAs = "text" }, .. FileSelection.Parameters],
            Forms = [.. FileSelection.Forms.Select(form => ("text " + form).TrimEnd())],
            Body = async (arguments, cancellationToken) => await SearchAsync(arguments, cancellationToken).ConfigureAwait(false),
        };
    }

    // A text file's last line has an end, so that the next one that is appended starts anew.
    internal static string Ended(string text) => text.Length == 0 || text.EndsWith('\n') ? text : text + "\n";

    private async Task<string> SearchAsync(ToolArguments arguments, CancellationToken cancellationToken)
    {
        string text = arguments.Text("text");
        if (text.Length == 0)
        {
            throw arguments.Error("'text' is empty.");
        }

        StringBuilder found = new();
        foreach (string file in FileSelection.Select(workspace, arguments, cancellationToken))
        {
            string content;
            try
            {
                content = await workspace.ReadAsync(file, cancellationToken).ConfigureAwait(false);
            }
            catch (ToolException)
            {
                // Pictures and other files that are no text have no lines to find.
                continue;
            }

            string[] lines = Lines.Of(content);
            for (int line = 0; line < lines.Length; line++)
            {
                if (lines[line].Contains(text, StringComparison.OrdinalIgnoreCase))
                {
                    found.Append(found.Length > 0 ? "\n" : "").Append(file).Append(':').Append(line + 1).Append(": ").Append(lines[line]);
                    workspace.EnsureBounded(found.Length);
                }
            }
        }

        return found.ToString();
    }
}
