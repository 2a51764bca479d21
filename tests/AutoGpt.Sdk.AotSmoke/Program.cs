using System.Text.Json;
using AutoGpt.Sdk;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Models.Mini;
using AutoGpt.Sdk.Tools;

// Runs one goal end to end and fails loudly: exit code 0 means that the file is right.
string folder = Directory.CreateTempSubdirectory("autogpt-aot-").FullName;
try
{
    File.WriteAllText(Path.Combine(folder, "contacts.txt"), "anna@example.com\nben@example.com\nanna@example.com\n");
    Workspace workspace = Workspace.Open(folder);
    using CausalLanguageModel model = MiniModel.Load();
    AutonomousAgent agent = AutonomousAgent.Create(model, WorkspaceTools.Create(workspace), components => components.Guards.Add(new WorkspaceGuard(workspace)));
    AgentResult result = await agent.RunAsync("Remove the duplicate lines from contacts.txt and save the result to unique.txt.");
    Console.WriteLine(JsonSerializer.Serialize(new RunCompleted(result), AgentJsonContext.Default.AgentEvent));
    string written = Path.Combine(folder, "unique.txt");
    File.WriteAllText(Path.Combine(folder, "sales.csv"), "region,price\nnorth,4.50\nsouth,7\n");
    AgentResult sum = await agent.RunAsync("What is the total price in sales.csv?");
    Console.WriteLine($"{sum.Status}: {sum.Answer ?? sum.Question ?? sum.Reason}");
    bool right = sum.Answer == "11.5" && result.Status == AgentStatus.Succeeded && File.Exists(written)
        && File.ReadAllText(written).TrimEnd('\n') == "anna@example.com\nben@example.com";
    Console.WriteLine(right ? "The native agent works." : "The native agent does NOT do what it should.");
    return right ? 0 : 1;
}
finally
{
    Directory.Delete(folder, recursive: true);
}
