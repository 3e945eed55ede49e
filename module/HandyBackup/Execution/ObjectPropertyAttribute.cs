using System.Collections;
using System.Management.Automation;

namespace HandyBackup.Module;

/// <summary>Lets a parameter that takes a name or an id take the object that has it, too: <c>Wait-HBRun $run</c>.</summary>
/// <param name="property">The property that holds the name or id.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ObjectPropertyAttribute(string property) : ArgumentTransformationAttribute
{
    /// <summary>The property that holds the name or id.</summary>
    public string Property { get; } = property;

    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is IList list)
        {
            var values = new object?[list.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = Value(list[i]);
            }

            return values;
        }

        return Value(inputData)!;
    }

    private object? Value(object? input)
    {
        object? bare = input is PSObject wrapped ? wrapped.BaseObject : input;
        return bare is null or string or Guid ? input : PSObject.AsPSObject(input).Properties[Property]?.Value ?? input;
    }
}
