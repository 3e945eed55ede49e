using System.Management.Automation;
using System.Reflection;

namespace HandyBackup.HelpBuilder;

/// <summary>A parameter as its attributes and its line on the help page describe it.</summary>
public sealed class ParameterDescription
{
    private ParameterDescription(string name, Type type, IReadOnlyList<ParameterAttribute> attributes)
    {
        Name = name;
        Type = Nullable.GetUnderlyingType(type) ?? type;
        Attributes = attributes;
    }

    /// <summary>The name without a dash.</summary>
    public string Name { get; }

    /// <summary>The type; for optional values the type of the value.</summary>
    public Type Type { get; }

    /// <summary>One for each parameter set.</summary>
    public IReadOnlyList<ParameterAttribute> Attributes { get; }

    /// <summary>Other names.</summary>
    public IReadOnlyList<string> Aliases { get; private init; } = [];

    /// <summary>True if wildcards are understood.</summary>
    public bool TakesWildcards { get; private init; }

    /// <summary>True if it takes no value.</summary>
    public bool IsSwitch => Type == typeof(SwitchParameter);

    /// <summary>What it is for.</summary>
    public string Text { get; set; } = "";

    /// <summary>The type as users write it.</summary>
    public string TypeName => Type.IsArray ? Type.GetElementType()!.Name + "[]" : Type.Name;

    /// <summary>The values it can take, if they are few.</summary>
    public IReadOnlyList<string> Values => Type.IsEnum ? Enum.GetNames(Type) : [];

    /// <summary>The parameters of a cmdlet, positional ones first, then by name.</summary>
    public static IReadOnlyList<ParameterDescription> ReadAll(Type cmdlet, bool supportsShouldProcess)
    {
        var parameters = new List<ParameterDescription>();
        foreach (PropertyInfo property in cmdlet.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            ParameterAttribute[] attributes = [.. property.GetCustomAttributes<ParameterAttribute>()];
            if (attributes.Length > 0)
            {
                parameters.Add(new ParameterDescription(property.Name, property.PropertyType, attributes)
                {
                    Aliases = [.. property.GetCustomAttributes<AliasAttribute>().SelectMany(alias => alias.AliasNames)],
                    TakesWildcards = property.IsDefined(typeof(SupportsWildcardsAttribute)),
                });
            }
        }

        parameters.Sort((left, right) => (left.Position, left.Name).CompareTo((right.Position, right.Name)));
        if (supportsShouldProcess)
        {
            parameters.Add(Common("Confirm", "cf", "Asks before anything is changed."));
            parameters.Add(Common("WhatIf", "wi", "Shows what would happen, and changes nothing."));
        }

        return parameters;
    }

    /// <summary>The attribute that counts in a parameter set; null if the parameter is not in it.</summary>
    public ParameterAttribute? In(string set)
    {
        foreach (ParameterAttribute attribute in Attributes)
        {
            if (attribute.ParameterSetName == set || attribute.ParameterSetName == ParameterAttribute.AllParameterSets)
            {
                return attribute;
            }
        }

        return null;
    }

    private int Position => Attributes[0].Position == int.MinValue ? int.MaxValue : Attributes[0].Position;

    private static ParameterDescription Common(string name, string alias, string text) =>
        new(name, typeof(SwitchParameter), [new ParameterAttribute()]) { Aliases = [alias], Text = text };
}
