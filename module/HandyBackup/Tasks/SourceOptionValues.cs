using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Security;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Module.Passwords;

namespace HandyBackup.Module.Tasks;

/// <summary>Turns what PowerShell has for option values into JSON, and back.</summary>
internal static class SourceOptionValues
{
    /// <summary>Adds the options of a table. A credential, whatever its key, gives the options <c>User</c> and <c>Password</c>.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceOptionInvalid"/> for a value of a type that no option takes.</exception>
    public static void AddTable(Dictionary<string, JsonElement> options, Hashtable table)
    {
        foreach (DictionaryEntry entry in table)
        {
            string name = Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? "";
            if (Unwrap(entry.Value) is PSCredential credential)
            {
                Add(options, "User", credential.UserName);
                Add(options, "Password", credential.Password);
            }
            else
            {
                Add(options, name, entry.Value);
            }
        }
    }

    /// <summary>Adds one option.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SourceOptionInvalid"/> for a value of a type that no option takes, or an option that is there.</exception>
    public static void Add(Dictionary<string, JsonElement> options, string name, object? value)
    {
        if (options.ContainsKey(name))
        {
            throw Invalid(name, $"The option '{name}' is given twice.");
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, name, value, isInList: false);
        }

        using var document = JsonDocument.Parse(buffer.GetBuffer().AsMemory(0, (int)buffer.Length));
        options.Add(name, document.RootElement.Clone());
    }

    /// <summary>The options as PowerShell shows them.</summary>
    public static Hashtable ToHashtable(IReadOnlyDictionary<string, JsonElement> options)
    {
        var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (KeyValuePair<string, JsonElement> option in options)
        {
            table[PrintableText.Clean(option.Key)] = Read(option.Value);
        }

        return table;
    }

    private static void Write(Utf8JsonWriter writer, string name, object? value, bool isInList)
    {
        switch (Unwrap(value))
        {
            case null:
                writer.WriteNullValue();
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case SwitchParameter flag:
                writer.WriteBooleanValue(flag.IsPresent);
                break;
            case sbyte or byte or short or ushort or int or uint or long:
                writer.WriteNumberValue(Convert.ToInt64(Unwrap(value), CultureInfo.InvariantCulture));
                break;
            case SecureString secret:
                writer.WriteStringValue(SecretText.Reveal(secret));
                break;
            case Enum member:
                writer.WriteStringValue(member.ToString());
                break;
            case IEnumerable list when !isInList && list is not IDictionary:
                writer.WriteStartArray();
                foreach (object? element in list)
                {
                    Write(writer, name, element, isInList: true);
                }

                writer.WriteEndArray();
                break;
            default:
                throw Invalid(name, $"The option '{name}' cannot be a {Unwrap(value)!.GetType().Name}: text, numbers, true and false, lists of text and secure strings can be values.");
        }
    }

    private static object? Read(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => PrintableText.Clean(value.GetString()!),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out long number) ? number : value.GetDouble(),
        JsonValueKind.Array => ReadList(value),
        JsonValueKind.Object => PrintableText.Clean(value.GetRawText()),
        _ => null,
    };

    private static object?[] ReadList(JsonElement list)
    {
        var values = new object?[list.GetArrayLength()];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Read(list[i]);
        }

        return values;
    }

    private static object? Unwrap(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static HandyBackupException Invalid(string name, string message) => new(ErrorCode.SourceOptionInvalid, message)
    {
        Target = name,
        Advice = "The options of each source are listed by (Get-HBAgent).Sources.Options.",
    };
}
