using System.Runtime.CompilerServices;
using System.Text.Json;

namespace AutoGpt.Sdk;

/// <summary>
/// A library in a folder: a file of plain JSON for each template, named after it, to be read, edited and put under version control. A file is replaced as a whole. Thread-safe, also among processes.
/// </summary>
/// <remarks>Trust the folder as you trust code: a plan says what the agent does, within its guards.</remarks>
public sealed class FilePlanLibrary : IPlanLibrary
{
    private const string Extension = ".plan.json";
    private readonly string _folder;

    /// <summary>Opens a library.</summary>
    /// <param name="folder">The folder; made when the first template is saved.</param>
    public FilePlanLibrary(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        _folder = Path.GetFullPath(folder);
    }

    /// <inheritdoc/>
    public async ValueTask SaveAsync(PlanTemplate planTemplate, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(planTemplate);
        planTemplate.Validate();
        Directory.CreateDirectory(_folder);
        string part = Path.Combine(_folder, $"{Path.GetRandomFileName()}.part");
        try
        {
            await File.WriteAllBytesAsync(part, JsonSerializer.SerializeToUtf8Bytes(planTemplate, AgentJsonContext.Default.PlanTemplate), cancellationToken).ConfigureAwait(false);
            File.Move(part, FileOf(planTemplate.Name), overwrite: true);
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<PlanTemplate?> FindAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);

        // A name that is none could be a path to somewhere else.
        return PlanTemplate.IsName(name) ? await ReadAsync(FileOf(name), cancellationToken).ConfigureAwait(false) : null;
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        bool isThere = PlanTemplate.IsName(name) && File.Exists(FileOf(name));
        if (isThere)
        {
            File.Delete(FileOf(name));
        }

        return ValueTask.FromResult(isThere);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<PlanTemplate> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (string file in Directory.Exists(_folder) ? Directory.EnumerateFiles(_folder, "*" + Extension).Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            if (await ReadAsync(file, cancellationToken).ConfigureAwait(false) is { } template)
            {
                yield return template;
            }
        }
    }

    private string FileOf(string name) => Path.Combine(_folder, name + Extension);

    /// <summary>Reads a template; null where another process, or thread, has removed it.</summary>
    private static async Task<PlanTemplate?> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            PlanTemplate template = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false), AgentJsonContext.Default.PlanTemplate)
                ?? throw new JsonException("It is null.");
            template.Validate();
            return template.Name + Extension == Path.GetFileName(file) ? template : throw new ArgumentException($"It holds the template '{template.Name}'.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is JsonException or ArgumentException or NullReferenceException)
        {
            throw new AutoGptException($"'{file}' holds no sound plan: {SingleLine.Of(error.Message)}", error);
        }
    }
}
