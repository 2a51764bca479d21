using AutoGpt.Sdk.Testing;

namespace AutoGpt.Sdk.Tests;

[NonParallelizable]
public sealed class MetricTests
{
    private const string Reply = """{"steps":[{"tool":"read","arguments":{}}]}""";

    [Test]
    public async Task Tokens_and_durations_are_histograms_with_the_advised_buckets()
    {
        using Recording recording = new();
        ScriptedLanguageModel model = new(new ScriptedReply(Reply) { Usage = new TokenUsage(100, 20) }, new ScriptedReply(Reply) { Usage = new TokenUsage(300, 10) });
        AutonomousAgent agent = AutonomousAgent.Create(model, [new TestTool("read")], parts => parts.Options.Name = "clerk");
        await agent.RunAsync("goal");
        await agent.RunAsync("goal");

        var points = recording.Points();
        var input = points.Single(point => Equals(point.Tags.GetValueOrDefault("gen_ai.token.type"), "input"));
        var output = points.Single(point => Equals(point.Tags.GetValueOrDefault("gen_ai.token.type"), "output"));
        Assert.That((input.Name, input.Count, input.Sum, output.Count, output.Sum), Is.EqualTo(("gen_ai.client.token.usage", 2L, 400d, 2L, 30d)));
        Assert.That(input.Tags, Is.EqualTo(new Dictionary<string, object?>
        {
            ["gen_ai.operation.name"] = "chat", ["gen_ai.provider.name"] = "testing", ["gen_ai.request.model"] = "scripted", ["gen_ai.response.model"] = "scripted", ["gen_ai.token.type"] = "input",
        }));
        Assert.That(input.Bounds, Is.EqualTo((double[])[.. Enumerable.Range(0, 14).Select(power => Math.Pow(4, power)), double.PositiveInfinity]));

        double[] short_ = [.. Enumerable.Range(0, 14).Select(power => 0.01 * (1 << power)), double.PositiveInfinity];
        double[] long_ = [.. Enumerable.Range(0, 13).Select(power => 0.1 * (1 << power)), double.PositiveInfinity];
        foreach ((string name, string tag, string value, double[] bounds) in (ReadOnlySpan<(string, string, string, double[])>)
        [
            ("gen_ai.client.operation.duration", "gen_ai.operation.name", "chat", short_), ("gen_ai.execute_tool.duration", "gen_ai.tool.name", "read", short_),
            ("gen_ai.invoke_agent.duration", "gen_ai.agent.name", "clerk", long_),
        ])
        {
            var duration = points.Single(point => point.Name == name);
            Assert.That((duration.Count, duration.Tags[tag]), Is.EqualTo((2L, (object)value)), name);
            Assert.That(duration.Bounds, Is.EqualTo(bounds).Within(1e-9), name);
            Assert.That(duration.Tags.Keys, Has.None.EqualTo("error.type"));
        }

        Assert.That(points.Select(point => point.Name), Has.Some.EqualTo("gen_ai.client.operation.time_to_first_chunk"));
    }

    [Test]
    public async Task Errors_are_a_tag_of_the_durations()
    {
        using Recording recording = new();
        ScriptedLanguageModel model = new(new ScriptedReply("") { Failure = new TimeoutException() });
        await AutonomousAgent.Create(model, [new TestTool("read")]).RunAsync("goal");
        var points = recording.Points();
        Assert.That(points.Select(point => (point.Name, point.Tags.GetValueOrDefault("error.type"))), Is.EquivalentTo([
            ("gen_ai.client.operation.duration", "System.TimeoutException"), ("gen_ai.invoke_agent.duration", (object?)"failed")]));
    }

    [Test]
    public async Task Candidates_of_one_request_are_one_call()
    {
        using Recording recording = new();
        await Runs.Agent(new LanguageModelPlanner(new Candidates(), new LanguageModelPlannerOptions { MaxCandidates = 2 }), [new TestTool("read", TestTool.Path)]).RunAsync("read a.txt and b.txt");
        Assert.That(recording.Span("chat candidates").GetTagItem("gen_ai.response.finish_reasons"), Is.EqualTo(new[] { "stop", "stop" }));
        Assert.That(recording.Points().Where(point => point.Name == "gen_ai.client.token.usage").Select(point => point.Sum), Is.EquivalentTo([11d, 22d]));
    }

    // Forgets a file at first.
    private sealed class Candidates : ILanguageModel, ICandidateModel
    {
        public ModelDescription Description { get; } = new("candidates", "testing") { StructuredOutput = StructuredOutput.Masked };

        public async IAsyncEnumerable<Completion> GenerateCandidatesAsync(
            Prompt prompt, GenerationOptions? options = null, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new Completion("""{"steps":[{"tool":"read","arguments":{"path":"a.txt"}}]}""", [], FinishReason.Stop, new TokenUsage(10, 11));
            yield return new Completion(
                """{"steps":[{"tool":"read","arguments":{"path":"a.txt"}},{"tool":"read","arguments":{"path":"b.txt"}}]}""", [], FinishReason.Stop, new TokenUsage(1, 11));
        }

        public IAsyncEnumerable<GenerationUpdate> GenerateAsync(Prompt prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => serviceType.IsInstanceOfType(this) ? this : null;
    }
}
