using System.Numerics;

namespace AutoGpt.Sdk.Models;

/// <summary>A value a template works with.</summary>
internal abstract class TemplateValue
{
    /// <summary>What error messages call its type; Python's name.</summary>
    public abstract string TypeName { get; }

    public virtual bool IsTrue => true;
}

/// <summary>What is not there. It can be asked whether it is, printed as nothing and gone through as empty; anything else is a fault.</summary>
internal sealed class UndefinedValue(string description) : TemplateValue
{
    public override string TypeName => "undefined";

    public override bool IsTrue => false;

    public TemplateFaultException Fault() => new(description + " is undefined.");
}

internal sealed class NoneValue : TemplateValue
{
    public static readonly NoneValue Instance = new();

    public override string TypeName => "None";

    public override bool IsTrue => false;
}

internal sealed class BooleanValue : TemplateValue
{
    public static readonly BooleanValue True = new(true);
    public static readonly BooleanValue False = new(false);

    private BooleanValue(bool value) => Value = value;

    public bool Value { get; }

    public override string TypeName => "bool";

    public override bool IsTrue => Value;

    public static BooleanValue Of(bool value) => value ? True : False;
}

internal sealed class IntegerValue : TemplateValue
{
    private const int MaximumBits = 1024;

    public IntegerValue(BigInteger value) =>
        Value = value.GetBitLength() <= MaximumBits ? value : throw new TemplateFaultException($"an integer has more than {MaximumBits} bits.");

    public BigInteger Value { get; }

    public override string TypeName => "int";

    public override bool IsTrue => !Value.IsZero;

    /// <summary>For counts and positions, which are never so far out that the difference shows.</summary>
    public int Clamped => (int)BigInteger.Clamp(Value, int.MinValue / 2, int.MaxValue / 2);
}

internal sealed class FloatValue(double value) : TemplateValue
{
    public double Value => value;

    public override string TypeName => "float";

    public override bool IsTrue => value != 0;
}

/// <summary>A variable's box that inner scopes can write to: <c>namespace()</c>.</summary>
internal sealed class NamespaceValue : TemplateValue
{
    public Dictionary<string, TemplateValue> Members { get; } = new(StringComparer.Ordinal);

    public override string TypeName => "namespace";
}

/// <summary>A function of the language, as a value: it can be asked whether it is there, and called by its name.</summary>
internal sealed class FunctionValue(string name) : TemplateValue
{
    public string Name => name;

    public override string TypeName => "function";
}

/// <summary>A macro, and the scope it was made in.</summary>
internal sealed class MacroValue(string name, IReadOnlyList<MacroParameter> parameters, IReadOnlyList<Statement> body, TemplateScope scope) : TemplateValue
{
    public string Name => name;

    public IReadOnlyList<MacroParameter> Parameters => parameters;

    public IReadOnlyList<Statement> Body => body;

    public TemplateScope Scope => scope;

    public override string TypeName => "macro";
}
