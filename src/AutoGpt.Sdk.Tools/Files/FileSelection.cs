using System.Text;
using System.Text.RegularExpressions;

namespace AutoGpt.Sdk.Tools;

/// <summary>Which files a tool looks at: those of a pattern, a folder, a kind, or all.</summary>
internal static class FileSelection
{
    // People name kinds of files by what they are; planners copy their words.
    private static readonly Dictionary<string, string[]> s_extensions = new(StringComparer.OrdinalIgnoreCase)
    {
        ["text"] = ["txt", "text"],
        ["markdown"] = ["md", "markdown"],
        ["python"] = ["py"],
        ["javascript"] = ["js"],
        ["typescript"] = ["ts"],
        ["c#"] = ["cs"],
        ["yaml"] = ["yaml", "yml"],
        ["html"] = ["html", "htm"],
        ["jpg"] = ["jpg", "jpeg"],
        ["image"] = ["png", "jpg", "jpeg", "gif", "bmp", "svg", "webp"],
        ["picture"] = ["png", "jpg", "jpeg", "gif", "bmp", "svg", "webp"],
        ["photo"] = ["jpg", "jpeg", "png", "heic"],
        ["excel"] = ["xlsx", "xls"],
        ["word"] = ["docx", "doc"],
    };

    /// <summary>The parameters; a tool that takes them might read any file, so none of them is a path.</summary>
    public static Parameter[] Parameters { get; } =
    [
        new("pattern", "Which files, such as *.txt, logs/*.log or **/*.md. Default: all.") { QuotedAs = "text" },
        new("folder", "Only files in this folder and those below it.") { QuotedAs = "span" },
        new("extension", "Only files of this kind, such as csv.") { QuotedAs = "word" },
    ];

    /// <summary>The ways the parameters go together.</summary>
    public static string[] Forms { get; } = ["", "pattern", "folder", "extension", "folder extension"];

    /// <summary>The selected files of a workspace, in ordinal order.</summary>
    /// <exception cref="ToolException">There is no such folder; the message names those that there are.</exception>
    public static IEnumerable<string> Select(Workspace workspace, ToolArguments arguments, CancellationToken cancellationToken)
    {
        IEnumerable<string> files = workspace.List(cancellationToken);
        if (arguments.OptionalText("pattern") is { } pattern)
        {
            Regex glob = Glob(pattern);
            files = files.Where(file => glob.IsMatch(file));
        }

        if (arguments.OptionalText("folder") is { } folder)
        {
            files = InFolder(workspace, files, folder, cancellationToken);
        }

        if (arguments.OptionalText("extension") is { } extension)
        {
            HashSet<string> wanted = Extensions(extension);
            files = files.Where(file => wanted.Contains(Path.GetExtension(file)));
        }

        return files;
    }

    private static IEnumerable<string> InFolder(Workspace workspace, IEnumerable<string> files, string folder, CancellationToken cancellationToken)
    {
        string prefix = string.Join('/', folder.Replace('\\', '/').Split('/').Where(segment => segment is not ("" or "."))) + "/";
        if (prefix == "/")
        {
            return files;
        }

        string[] inside = [.. files.Where(file => file.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))];
        if (inside.Length > 0)
        {
            return inside;
        }

        // The workspace's own listing: a folder outside it, or behind a link, is none.
        IReadOnlyList<string> folders = workspace.ListFolders(cancellationToken);
        return folders.Contains(prefix[..^1], StringComparer.OrdinalIgnoreCase)
            ? inside
            : throw new ToolException($"No folder '{prefix[..^1]}'. Folders: {NearestNames.Join(prefix[..^1], folders)}");
    }

    private static HashSet<string> Extensions(string wanted)
    {
        string kind = wanted.TrimStart('*').TrimStart('.');
        string one = kind.EndsWith('s') ? kind[..^1] : kind;
        string[] known = s_extensions.TryGetValue(kind, out string[]? named) || s_extensions.TryGetValue(one, out named) ? named : [kind, one];
        return new HashSet<string>(known.Select(extension => "." + extension), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>* and ? stay within a folder, ** crosses folders; a pattern without a slash is looked for in every folder.</summary>
    private static Regex Glob(string pattern)
    {
        StringBuilder regex = new("^");
        string glob = pattern.Replace('\\', '/');
        glob = glob.Contains('/', StringComparison.Ordinal) ? glob : "**/" + glob;
        for (int at = 0; at < glob.Length; at++)
        {
            if (glob[at..].StartsWith("**/", StringComparison.Ordinal))
            {
                regex.Append("(.*/)?");
                at += 2;
            }
            else if (glob[at..].StartsWith("**", StringComparison.Ordinal))
            {
                regex.Append(".*");
                at++;
            }
            else
            {
                regex.Append(glob[at] switch { '*' => "[^/]*", '?' => "[^/]", _ => Regex.Escape(glob[at].ToString()) });
            }
        }

        return new Regex(regex.Append('$').ToString(), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | RegexOptions.IgnoreCase);
    }
}
