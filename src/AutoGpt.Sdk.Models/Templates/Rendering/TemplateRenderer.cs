namespace AutoGpt.Sdk.Models;

/// <summary>Calls a macro; the caller is the body of a <c>call</c> block, where there is one.</summary>
internal delegate TextValue MacroCaller(MacroValue macro, CallArguments arguments, MacroValue? caller);

/// <summary>Runs statements and writes what they say.</summary>
internal sealed class TemplateRenderer
{
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    private readonly string _source;
    private readonly RenderState _state;
    private readonly TemplateEvaluator _evaluator;
    private int _loops;

    /// <param name="source">The template's source, for the places of faults.</param>
    /// <param name="state">Budget and clock.</param>
    /// <param name="variables">What the template is rendered with.</param>
    public TemplateRenderer(string source, RenderState state, TemplateScope variables)
    {
        _source = source;
        _state = state;
        _evaluator = new TemplateEvaluator(source, state, variables, CallMacro);
    }

    public TextValue Render(IReadOnlyList<Statement> statements)
    {
        MarkedTextBuilder output = new(_state.Budget);
        Run(statements, new TemplateScope(null), output);
        return output.ToValue();
    }

    private Flow Run(IReadOnlyList<Statement> statements, TemplateScope scope, MarkedTextBuilder output)
    {
        foreach (Statement statement in statements)
        {
            try
            {
                _state.Budget.Step();
                TemplateEvaluator.RequireStack();
                Flow flow = Run(statement, scope, output);
                if (flow != Flow.Next)
                {
                    return flow;
                }
            }
            catch (TemplateFaultException fault)
            {
                throw ChatTemplateException.At(_source, statement.Offset, fault.Message, fault.RaisedByTemplate);
            }
        }

        return Flow.Next;
    }

    private Flow Run(Statement statement, TemplateScope scope, MarkedTextBuilder output)
    {
        switch (statement)
        {
            case DataStatement data:
                output.Append(data.Text);
                break;
            case OutputStatement value:
                output.Append(_state.Text(_evaluator.Evaluate(value.Value, scope)));
                break;
            case IfStatement branches:
                return Run(branches.Branches.FirstOrDefault(branch => _evaluator.Evaluate(branch.Key, scope).IsTrue).Value ?? branches.Else, scope, output);
            case ForStatement loop:
                Loop(loop, scope, output);
                break;
            case BreakStatement:
                return Flow.Break;
            case ContinueStatement:
                return Flow.Continue;
            case SetStatement set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                break;
            case SetBlockStatement block:
                TextValue text = Capture(block.Body, new TemplateScope(scope));
                Assign(block.Target, block.Filter is { } applied ? _evaluator.Filter(applied, text, scope) : text, scope);
                break;
            case MacroStatement macro:
                scope.Set(macro.Name, new MacroValue(macro.Name, macro.Parameters, macro.Body, scope));
                break;
            case CallStatement call:
                output.Append(Call(call, scope));
                break;
            case FilterStatement filter:
                output.Append(_state.Text(_evaluator.Filter(filter.Filter, Capture(filter.Body, new TemplateScope(scope)), scope)));
                break;
            case ScopeStatement inner:
                return RunInner(inner, scope, output);
            default:
                throw new InvalidOperationException($"No such statement: {statement.GetType().Name}.");
        }

        return Flow.Next;
    }

    private Flow RunInner(ScopeStatement statement, TemplateScope scope, MarkedTextBuilder output)
    {
        TemplateScope inner = new(scope);
        foreach ((string name, Expression value) in statement.Variables)
        {
            inner.Set(name, _evaluator.Evaluate(value, scope));
        }

        return Run(statement.Body, inner, output);
    }

    private void Loop(ForStatement loop, TemplateScope scope, MarkedTextBuilder output)
    {
        IReadOnlyList<TemplateValue> items = _state.Items(_evaluator.Evaluate(loop.Items, scope));
        if (loop.Condition is { } condition)
        {
            items = [.. items.Where(item =>
            {
                TemplateScope tested = new(scope);
                Assign(loop.Target, item, tested);
                return _evaluator.Evaluate(condition, tested).IsTrue;
            })];
        }

        LoopValue state = new(items, ++_loops);
        for (int i = 0; i < items.Count; i++)
        {
            state.Index = i;
            TemplateScope inner = new(scope);
            inner.Set("loop", state);
            Assign(loop.Target, items[i], inner);
            _state.Budget.Step();
            if (Run(loop.Body, inner, output) == Flow.Break)
            {
                break;
            }
        }

        _loops--;
        if (items.Count == 0)
        {
            Run(loop.Else, new TemplateScope(scope), output);
        }
    }

    private void Assign(AssignmentTarget target, TemplateValue value, TemplateScope scope)
    {
        switch (target)
        {
            case NameTarget name:
                scope.Set(name.Name, value);
                break;
            case MemberTarget member:
                TemplateValue owner = _evaluator.Name(member.Namespace, scope);
                (owner as NamespaceValue ?? throw new TemplateFaultException($"'{member.Namespace}' is no namespace; only their members can be set.")).Members[member.Name] = value;
                break;
            case TupleTarget tuple:
                IReadOnlyList<TemplateValue> parts = _state.Items(value);
                if (parts.Count != tuple.Items.Count)
                {
                    throw new TemplateFaultException($"{tuple.Items.Count} names are given {parts.Count} values.");
                }

                for (int i = 0; i < parts.Count; i++)
                {
                    Assign(tuple.Items[i], parts[i], scope);
                }

                break;
        }
    }

    private TextValue Capture(IReadOnlyList<Statement> body, TemplateScope scope)
    {
        MarkedTextBuilder output = new(_state.Budget);
        Run(body, scope, output);
        return output.ToValue();
    }

    private TextValue Call(CallStatement statement, TemplateScope scope)
    {
        MacroValue body = new("caller", statement.Parameters, statement.Body, scope);
        return _evaluator.Name(statement.Call.Name, scope) is MacroValue macro
            ? CallMacro(macro, _evaluator.Arguments(statement.Call.Arguments, scope), body)
            : throw new TemplateFaultException($"'{statement.Call.Name}' is no macro.");
    }

    private TextValue CallMacro(MacroValue macro, CallArguments arguments, MacroValue? caller)
    {
        _state.Budget.EnterMacro();
        BoundArguments bound = new(macro.Name, arguments, [.. macro.Parameters.Select(parameter => parameter.Name)]);
        TemplateScope scope = new(macro.Scope);
        if (caller is not null)
        {
            scope.Set("caller", caller);
        }

        for (int i = 0; i < macro.Parameters.Count; i++)
        {
            MacroParameter parameter = macro.Parameters[i];
            scope.Set(parameter.Name, bound[i] ?? (parameter.Default is { } absent ? _evaluator.Evaluate(absent, scope) : new UndefinedValue($"the parameter '{parameter.Name}'")));
        }

        // The loops around a call are none of the macro's.
        (int loops, _loops) = (_loops, 0);
        TextValue text = Capture(macro.Body, scope);
        _loops = loops;
        _state.Budget.LeaveMacro();
        return text;
    }
}
