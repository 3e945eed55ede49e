using System.Reflection;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Sources;

/// <summary>One property of an options class, and how JSON becomes its value.</summary>
internal sealed class SourceOption
{
    private readonly PropertyInfo _property;
    private readonly Type _type;

    /// <exception cref="ArgumentException">The property has a type that options cannot have, or cannot be set.</exception>
    public SourceOption(PropertyInfo property, SourceOptionAttribute attribute)
    {
        _property = property;
        _type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        string? typeName = DescribeType(_type);
        if (typeName is null || !property.CanWrite)
        {
            throw new ArgumentException($"{property.DeclaringType}.{property.Name} cannot be an option: it is no settable property of a type that options have.", nameof(property));
        }

        Description = new SourceOptionDescription
        {
            Name = property.Name,
            Type = typeName,
            Description = attribute.Description,
            IsSecret = attribute.IsSecret,
            IsRequired = attribute.IsRequired,
        };
    }

    public string Name => _property.Name;

    public SourceOptionDescription Description { get; }

    /// <summary>Sets the property, or says that the value does not fit. Texts are not made numbers, nor numbers texts.</summary>
    public bool TrySet(object instance, JsonElement value)
    {
        object? converted = Convert(value);
        if (converted is null)
        {
            return false;
        }

        _property.SetValue(instance, converted);
        return true;
    }

    private static string? DescribeType(Type type)
    {
        if (type.IsEnum)
        {
            return string.Join('|', Enum.GetNames(type));
        }

        return type == typeof(string) ? "String"
            : type == typeof(bool) ? "Boolean"
            : type == typeof(int) || type == typeof(long) ? "Integer"
            : type.IsAssignableFrom(typeof(string[])) && type != typeof(object) ? "StringList"
            : null;
    }

    private object? Convert(JsonElement value)
    {
        if (_type == typeof(string))
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }

        if (_type == typeof(bool))
        {
            return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
        }

        if (_type == typeof(int))
        {
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number : null;
        }

        if (_type == typeof(long))
        {
            return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;
        }

        return _type.IsEnum ? ToEnum(value) : ToList(value);
    }

    // By name only: numbers are nothing that a user should have to know.
    private object? ToEnum(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            string? text = value.GetString();
            foreach (string name in Enum.GetNames(_type))
            {
                if (string.Equals(name, text, StringComparison.OrdinalIgnoreCase))
                {
                    return Enum.Parse(_type, name);
                }
            }
        }

        return null;
    }

    // PowerShell unrolls a list of one, so a single text counts as such.
    private static string[]? ToList(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            return [value.GetString()!];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var texts = new List<string>(value.GetArrayLength());
        foreach (JsonElement element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            texts.Add(element.GetString()!);
        }

        return [.. texts];
    }
}
