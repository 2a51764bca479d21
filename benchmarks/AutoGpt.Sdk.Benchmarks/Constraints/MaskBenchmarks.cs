using System.Text.Json;
using AutoGpt.Sdk.Models;
using BenchmarkDotNet.Attributes;

namespace AutoGpt.Sdk.Benchmarks.Constraints;

/// <summary>Masks over 50,000 tokens: a plan, compiled anew for each goal, and free strings.</summary>
[MemoryDiagnoser]
public class MaskBenchmarks
{
    private readonly TokenVocabulary _vocabulary;
    private readonly ulong[] _mask;
    private readonly JsonElement _text = JsonDocument.Parse("""{"type":"object","required":["text"],"properties":{"text":{"type":"string","maxLength":400}}}""").RootElement;
    private readonly PromptSection[] _goal = PlanSchema.Goal(0);
    private readonly int[] _planIds;
    private readonly int[] _textIds;
    private readonly JsonSchemaConstraint _plan;
    private readonly JsonSchemaConstraint _freeText;

    public MaskBenchmarks()
    {
        SyntheticVocabulary tokenizer = new();
        _vocabulary = TokenVocabulary.For(tokenizer);
        _mask = new ulong[_vocabulary.MaskWords];
        _planIds = tokenizer.Encode(PlanSchema.Document(0));
        _textIds = tokenizer.Encode("{\"text\":\"" + string.Join(' ', Enumerable.Repeat("The station master quietly listed broken chairs.", 6)) + "\"}");
        _plan = CompilePlan();
        _freeText = JsonSchemaConstraint.Compile(_text);
    }

    [Benchmark(Description = "plan: compile")]
    public JsonSchemaConstraint CompilePlan() => JsonSchemaConstraint.Compile(PlanSchema.Schema, _goal);

    [Benchmark(Description = "plan: compile and 1 document")]
    public bool PlanCold() => Follow(CompilePlan(), _planIds);

    [Benchmark(Description = "plan: 1 document, seen before")]
    public bool PlanWarm() => Follow(_plan, _planIds);

    [Benchmark(Description = "free string: compile and 1 document")]
    public bool TextCold() => Follow(JsonSchemaConstraint.Compile(_text), _textIds);

    [Benchmark(Description = "free string: 1 document, seen before")]
    public bool TextWarm() => Follow(_freeText, _textIds);

    private bool Follow(JsonSchemaConstraint compiled, int[] ids)
    {
        ITokenConstraint constraint = compiled.Start(_vocabulary);
        foreach (int id in ids)
        {
            constraint.FillMask(_mask);
            constraint.Accept(id);
        }

        return constraint.IsComplete ? true : throw new InvalidOperationException("The document was cut off.");
    }
}
