using System.Text.Json;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Tools;
using BenchmarkDotNet.Attributes;

namespace AutoGpt.Sdk.Benchmarks;

/// <summary>
/// What a mask costs beside the step it masks, at a vocabulary of 49,152: documents are pushed through the mask token by token, compilation included; the step is that of
/// a network of SmolLM2-135M's shape with int8 weights.
/// </summary>
public class MaskBenchmarks
{
    private const string Goal = "Extract the e-mail addresses from contacts.txt, remove the duplicates, sort them and write them to emails.txt";
    private const string Plan = """{"steps":[{"tool":"extract","arguments":{"path":"contacts.txt","kind":"emails"}},{"tool":"unique_lines","arguments":{"text":"$1"}},{"tool":"sort_lines","arguments":{"text":"$2"}},{"tool":"write_file","arguments":{"path":"emails.txt","text":"$3"}}]}""";
    private const string Letter = """{"subject":"the release","body":"the importer also ignores the last line of a file and nobody has tested the report on a phone so there is something left to do before the end of the month"}""";

    private readonly SyntheticTokenizer _tokenizer = new(49_152);
    private readonly ulong[] _mask = new ulong[49_152 / 64];
    private JsonElement _planSchema;
    private JsonElement _letterSchema;
    private int[] _plan = [];
    private int[] _letter = [];
    private IBackendSequence? _sequence;
    private float[] _logits = [];

    [GlobalSetup]
    public void SetUp()
    {
        string folder = Directory.CreateTempSubdirectory("autogpt-bench-").FullName;
        _planSchema = PlanSchema.Build(WorkspaceTools.Create(Workspace.Open(folder)), 8);
        Directory.Delete(folder);
        _letterSchema = JsonDocument.Parse("""{"type":"object","properties":{"subject":{"type":"string","maxLength":60},"body":{"type":"string"}},"required":["subject","body"]}""").RootElement;
        _plan = _tokenizer.Encode(Plan);
        _letter = _tokenizer.Encode(Letter);
    }

    [GlobalSetup(Target = nameof(DecodeStep))]
    public void SetUpNetwork()
    {
        TransformerConfig shape = new() { VocabularySize = 49_152, ContextLength = 512, Width = 576, Layers = 30, Heads = 9, KeyValueHeads = 3, FeedForwardWidth = 1536, TiedHead = true };
        _sequence = SimdBackend.Create(shape, new RandomTensors(shape), new SimdBackendOptions { Weights = SimdWeightFormat.Int8 }).CreateSequence(512);
        _logits = new float[shape.VocabularySize];
    }

    [Benchmark]
    public void MaskPlan() => Push(_planSchema, _plan);

    [Benchmark]
    public void MaskLetter() => Push(_letterSchema, _letter);

    [Benchmark]
    public void CompilePlan() => JsonSchemaConstraintCompiler.Instance.Compile(_planSchema, [new PromptSection("goal", Goal)], _tokenizer);

    [Benchmark]
    public void DecodeStep()
    {
        if (_sequence!.Length == 256)
        {
            _sequence.Rewind(0);
        }

        _sequence.Append([17], LogitsWanted.Last, _logits);
    }

    [GlobalCleanup]
    public void Tell() => Console.WriteLine($"// tokens: plan {_plan.Length}, letter {_letter.Length}");

    private void Push(JsonElement schema, int[] ids)
    {
        ITokenConstraint constraint = JsonSchemaConstraintCompiler.Instance.Compile(schema, [new PromptSection("goal", Goal)], _tokenizer);
        foreach (int id in ids)
        {
            constraint.FillMask(_mask);
            constraint.Accept(id);
        }
    }
}
