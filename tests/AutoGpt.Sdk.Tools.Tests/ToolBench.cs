using System.Text.Json;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Tools.Tests;

/// <summary>A workspace of its own for each test, and a short way to call a tool.</summary>
internal sealed class ToolBench : IDisposable
{
    private readonly string _parent = Directory.CreateTempSubdirectory("autogpt-tools-").FullName;
    private readonly Dictionary<string, AIFunction> _tools;

    public ToolBench(params (string Name, string Content)[] files)
        : this(new WorkspaceOptions(), files)
    {
    }

    public ToolBench(WorkspaceOptions options, params (string Name, string Content)[] files)
    {
        Root = Path.Combine(_parent, "ws");
        Directory.CreateDirectory(Root);
        foreach ((string name, string content) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Root, name))!);
            File.WriteAllText(Path.Combine(Root, name), content);
        }

        Workspace = Workspace.Open(Root, options);
        _tools = WorkspaceTools.Create(Workspace).ToDictionary(tool => tool.Name);
    }

    public string Root { get; }

    public string Outside => _parent;

    public Workspace Workspace { get; }

    public IReadOnlyCollection<AIFunction> Tools => _tools.Values;

    public string Call(string tool, params (string Name, object? Value)[] arguments) => CallAsync(tool, arguments).GetAwaiter().GetResult();

    public async Task<string> CallAsync(string tool, params (string Name, object? Value)[] arguments)
    {
        JsonElement result = (JsonElement)(await _tools[tool].InvokeAsync(new AIFunctionArguments(arguments.ToDictionary(argument => argument.Name, argument => argument.Value))))!;
        return result.ValueKind == JsonValueKind.String ? result.GetString()! : result.GetRawText();
    }

    public string File1(string name) => File.ReadAllText(Path.Combine(Root, name));

    public void Dispose() => Directory.Delete(_parent, recursive: true);
}
