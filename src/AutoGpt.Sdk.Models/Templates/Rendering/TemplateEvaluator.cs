using System.Runtime.CompilerServices;

namespace AutoGpt.Sdk.Models;

/// <summary>Evaluates expressions.</summary>
internal sealed class TemplateEvaluator(string source, RenderState state, TemplateScope variables, MacroCaller callMacro)
{
    /// <exception cref="ChatTemplateException">The expression is at fault, or a limit is reached; with its place.</exception>
    public TemplateValue Evaluate(Expression expression, TemplateScope scope)
    {
        try
        {
            state.Budget.Step();
            RequireStack();
            return Value(expression, scope);
        }
        catch (TemplateFaultException fault)
        {
            throw ChatTemplateException.At(source, expression.Offset, fault.Message, fault.RaisedByTemplate);
        }
    }

    /// <summary>A filter over a value that is there already.</summary>
    public TemplateValue Filter(FilterExpression filter, TemplateValue input, TemplateScope scope)
    {
        TemplateValue value = filter.Input is FilterExpression inner ? Filter(inner, input, scope) : input;
        try
        {
            return TemplateFilters.Run(filter.Name, value, Arguments(filter.Arguments, scope), state);
        }
        catch (TemplateFaultException fault)
        {
            throw ChatTemplateException.At(source, filter.Offset, fault.Message, fault.RaisedByTemplate);
        }
    }

    public CallArguments Arguments(ArgumentList arguments, TemplateScope scope) => new(
        [.. arguments.Positional.Select(argument => Evaluate(argument, scope))],
        [.. arguments.Named.Select(argument => KeyValuePair.Create(argument.Key, Evaluate(argument.Value, scope)))]);

    /// <summary>The value of a name.</summary>
    public TemplateValue Name(string name, TemplateScope scope) =>
        scope.Find(name) ?? variables.Find(name) ?? TemplateFunctions.Find(name) as TemplateValue ?? new UndefinedValue($"'{name}'");

    public static void RequireStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new TemplateFaultException("it is nested too deeply for the stack.");
        }
    }

    private TemplateValue Value(Expression expression, TemplateScope scope)
    {
        switch (expression)
        {
            case LiteralExpression literal:
                return literal.Value;
            case NameExpression name:
                return Name(name.Name, scope);
            case AttributeExpression attribute:
                return TemplateAccess.Attribute(Evaluate(attribute.Target, scope), attribute.Name, Shown(attribute));
            case SubscriptExpression subscript:
                return TemplateAccess.Item(Evaluate(subscript.Target, scope), Evaluate(subscript.Index, scope), Shown(subscript));
            case SliceExpression slice:
                return ValueIteration.Slice(
                    Evaluate(slice.Target, scope), Bound(slice.Start, scope), Bound(slice.Stop, scope), Bound(slice.Step, scope) ?? 1, state.Budget);
            case ListExpression list:
                return new ListValue([.. list.Items.Select(item => Evaluate(item, scope))], list.Kind);
            case MappingExpression mapping:
                return Mapping(mapping, scope);
            case CallExpression call:
                return Call(call, scope);
            case MethodExpression method:
                TemplateValue target = Evaluate(method.Target, scope);
                return TemplateMethods.Call(target, method.Name, Arguments(method.Arguments, scope), state);
            case FilterExpression filter:
                TemplateValue input = Evaluate(filter.Input!, scope);
                return TemplateFilters.Run(filter.Name, input, Arguments(filter.Arguments, scope), state);
            case TestExpression test:
                TemplateValue tested = Evaluate(test.Input, scope);
                return BooleanValue.Of(TemplateTests.Run(test.Name, tested, Arguments(test.Arguments, scope), state));
            case UnaryExpression unary:
                TemplateValue operand = Evaluate(unary.Operand, scope);
                return unary.Operator == "not" ? BooleanValue.Of(!operand.IsTrue) : TemplateOperators.Negate(unary.Operator, operand);
            case BinaryExpression binary:
                TemplateValue left = Evaluate(binary.Left, scope);
                return TemplateOperators.Binary(binary.Operator, left, Evaluate(binary.Right, scope), state.Budget);
            case LogicalExpression logical:
                TemplateValue first = Evaluate(logical.Left, scope);
                return first.IsTrue == logical.IsAnd ? Evaluate(logical.Right, scope) : first;
            case CompareExpression compare:
                return Compare(compare, scope);
            case ConditionalExpression conditional:
                return Evaluate(conditional.Condition, scope).IsTrue ? Evaluate(conditional.Then, scope)
                    : conditional.Else is { } otherwise ? Evaluate(otherwise, scope)
                    : new UndefinedValue("the value of an 'if' without 'else'");
            default:
                throw new InvalidOperationException($"No such expression: {expression.GetType().Name}.");
        }
    }

    private TemplateValue Call(CallExpression call, TemplateScope scope)
    {
        TemplateValue callee = Name(call.Name, scope);
        return callee switch
        {
            MacroValue macro => callMacro(macro, Arguments(call.Arguments, scope), null),
            FunctionValue function when TemplateFunctions.Has(function.Name) => TemplateFunctions.Call(function.Name, Arguments(call.Arguments, scope), state),
            UndefinedValue undefined => throw undefined.Fault(),
            _ => throw new TemplateFaultException($"a {callee.TypeName} cannot be called."),
        };
    }

    private MappingValue Mapping(MappingExpression mapping, TemplateScope scope)
    {
        MappingValue result = new();
        foreach ((Expression key, Expression value) in mapping.Entries)
        {
            result.Add(Evaluate(key, scope), Evaluate(value, scope));
        }

        return result;
    }

    private BooleanValue Compare(CompareExpression compare, TemplateScope scope)
    {
        TemplateValue left = Evaluate(compare.First, scope);
        foreach ((string symbol, Expression operand) in compare.Rest)
        {
            TemplateValue right = Evaluate(operand, scope);
            bool holds = symbol switch
            {
                "==" => ValueComparison.AreEqual(left, right, state.Budget),
                "!=" => !ValueComparison.AreEqual(left, right, state.Budget),
                "in" => ValueComparison.Contains(right, left, state.Budget),
                "not in" => !ValueComparison.Contains(right, left, state.Budget),
                "<" => ValueComparison.Order(left, right, state.Budget) < 0,
                "<=" => ValueComparison.Order(left, right, state.Budget) <= 0,
                ">" => ValueComparison.Order(left, right, state.Budget) > 0,
                _ => ValueComparison.Order(left, right, state.Budget) >= 0,
            };
            if (!holds)
            {
                return BooleanValue.False;
            }

            left = right;
        }

        return BooleanValue.True;
    }

    private int? Bound(Expression? bound, TemplateScope scope) => bound is null ? null : Evaluate(bound, scope) switch
    {
        IntegerValue integer => integer.Clamped,
        NoneValue => null,
        TemplateValue other => throw new TemplateFaultException($"a slice wants integers, not a {other.TypeName}."),
    };

    private static string Shown(Expression expression) => expression switch
    {
        NameExpression name => name.Name,
        AttributeExpression { Target: NameExpression or AttributeExpression or SubscriptExpression } attribute => Shown(attribute.Target) + "." + attribute.Name,
        AttributeExpression attribute => "." + attribute.Name,
        SubscriptExpression { Target: NameExpression or AttributeExpression, Index: LiteralExpression { Value: TextValue key } } subscript => $"{Shown(subscript.Target)}.{key.Text}",
        SubscriptExpression { Target: NameExpression or AttributeExpression } subscript => Shown(subscript.Target) + "[…]",
        _ => "the value",
    };
}
