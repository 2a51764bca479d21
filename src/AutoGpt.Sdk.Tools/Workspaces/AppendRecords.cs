using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>
/// Remembers what a file was before and after a text was added to it, so that the same step, run again after a crash, adds it once. A record is written before the file is replaced;
/// replacing is all or nothing; so a file is found as it was before, or as it was to be after.
/// </summary>
/// <param name="folder">Where the records lie: a file a key.</param>
internal sealed class AppendRecords(string folder)
{
    // A run that was cut off is gone on with in days, not weeks.
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>Whether the text was added under this key already; null where the key was never used.</summary>
    /// <exception cref="ToolException">The file is neither as it was nor as it was to be, or a link lies where the records are kept.</exception>
    public async Task<bool?> WasAddedAsync(string key, string path, byte[] content, CancellationToken cancellationToken)
    {
        string record = RecordOf(key);
        if (!File.Exists(record) || JsonNode.Parse(await File.ReadAllBytesAsync(record, cancellationToken).ConfigureAwait(false)) is not JsonObject known)
        {
            return null;
        }

        string now = Hash(content);
        return (string?)known["path"] != path ? throw new ToolException($"The step was to add a text to '{known["path"]}', not to '{path}'.")
            : (string?)known["after"] == now ? true
            : (string?)known["before"] == now ? false
            : throw new ToolException($"'{path}' was changed since a text was to be added to it: look whether the text is there.");
    }

    /// <summary>Notes what the file is and what it is to be.</summary>
    public async Task NoteAsync(string key, string path, byte[] before, byte[] after, CancellationToken cancellationToken)
    {
        string record = RecordOf(key);
        Forget();
        JsonObject written = new() { ["key"] = key, ["path"] = path, ["before"] = Hash(before), ["after"] = Hash(after) };
        await AtomicFile.WriteAsync(record, Encoding.UTF8.GetBytes(written.ToJsonString()), cancellationToken).ConfigureAwait(false);
    }

    // The folder lies in the workspace, where somebody could have put a link in its place.
    private string RecordOf(string key)
    {
        string appends = Path.Combine(folder, "appends");
        string record = Path.Combine(appends, Hash(Encoding.UTF8.GetBytes(key)) + ".json");
        foreach (string each in (string[])[folder, appends, record])
        {
            if (new FileInfo(each).LinkTarget is not null || new DirectoryInfo(each).LinkTarget is not null)
            {
                throw new ToolException($"'{Path.GetFileName(folder)}' holds a link, which could lead out of the workspace; remove it.");
            }
        }

        return record;
    }

    private void Forget()
    {
        DirectoryInfo records = new(Path.Combine(folder, "appends"));
        foreach (FileInfo old in records.Exists ? records.EnumerateFiles("*.json").Where(file => file.Name.Length == 69 && file.LinkTarget is null && TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > Kept) : [])
        {
            old.Delete();
        }
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
