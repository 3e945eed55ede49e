using System.Reflection;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Sources;

/// <summary>The options class of one kind of source: describes it and fills it. Values never appear in errors, because they may be secret.</summary>
internal sealed class SourceOptions
{
    private readonly string _source;
    private readonly Type _type;
    private readonly Dictionary<string, SourceOption> _options = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="ArgumentException">A property has a type that options cannot have.</exception>
    public SourceOptions(string source, Type type)
    {
        _source = source;
        _type = type;
        foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetCustomAttribute<SourceOptionAttribute>() is { } attribute)
            {
                _options.Add(property.Name, new SourceOption(property, attribute));
            }
        }
    }

    public SourceOptionDescription[] Describe() => [.. _options.Values.Select(option => option.Description)];

    /// <summary>Makes an instance with the given values; options not given, or given as null, keep their defaults.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceOptionInvalid"/>.</exception>
    public object Bind(IReadOnlyDictionary<string, JsonElement> values)
    {
        object instance = Activator.CreateInstance(_type) ?? throw new InvalidOperationException($"{_type} cannot be created.");
        var given = new HashSet<SourceOption>();
        foreach ((string name, JsonElement value) in values)
        {
            if (!_options.TryGetValue(name, out SourceOption? option))
            {
                throw Invalid(name, $"The source '{_source}' has no option '{name}'.", NamesOfOptions());
            }

            if (value.ValueKind == JsonValueKind.Null)
            {
                continue;
            }

            if (!given.Add(option))
            {
                throw Invalid(name, $"The option '{option.Name}' is given twice.", "Give each option once; upper and lower case are the same.");
            }

            Set(option, instance, value);
        }

        foreach (SourceOption option in _options.Values)
        {
            if (option.Description.IsRequired && !given.Contains(option))
            {
                throw Invalid(option.Name, $"The source '{_source}' needs the option '{option.Name}'.", option.Description.Description);
            }
        }

        return instance;
    }

    private void Set(SourceOption option, object instance, JsonElement value)
    {
        if (!option.TrySet(instance, value))
        {
            throw Invalid(
                option.Name,
                $"The option '{option.Name}' of the source '{_source}' wants {option.Description.Type}, and a value that is none was given ({value.ValueKind}).",
                option.Description.Description);
        }
    }

    private string NamesOfOptions() =>
        _options.Count == 0 ? "It has no options." : $"Its options are: {string.Join(", ", _options.Values.Select(option => option.Name))}.";

    private static HandyBackupException Invalid(string option, string message, string advice) =>
        new(ErrorCode.SourceOptionInvalid, message) { Target = option, Advice = advice };
}
