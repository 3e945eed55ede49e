using System.Reflection;
using System.Text;
using HandyBackup.Contracts;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Tests.Contracts;

/// <summary>
/// The wire contract as text. A change of it fails here until <c>contracts.txt</c> says the same: whoever updates the file has
/// seen whether the change only adds, or breaks older panels and needs a new protocol version.
/// </summary>
public sealed class ContractSnapshotTests
{
    [Fact]
    public async Task Contracts_are_those_that_were_agreed_on()
    {
        string current = Describe();
        string agreed = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Contracts", "contracts.txt"), TestContext.Current.CancellationToken);
        if (agreed.ReplaceLineEndings("\n") != current)
        {
            string actual = Path.Combine(AppContext.BaseDirectory, "Contracts", "contracts.actual.txt");
            await File.WriteAllTextAsync(actual, current, TestContext.Current.CancellationToken);
            Assert.Fail($"The wire contract has changed. If it only adds, or ProtocolVersion.Current was raised, copy '{actual}' over 'tests/HandyBackup.Rpc.Tests/Contracts/contracts.txt'.");
        }
    }

    private static string Describe()
    {
        Type[] contracts = [.. typeof(IServerInfo).Assembly.GetExportedTypes().Where(t => t.GetCustomAttribute<JsonRpcContractAttribute>() is not null)];
        var types = new SortedDictionary<string, Type>(StringComparer.Ordinal);
        var text = new StringBuilder().Append("protocol ").Append(ProtocolVersion.Current).Append('\n');
        foreach (Type contract in contracts.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            text.Append("\ninterface ").Append(contract.Name).Append('\n');
            foreach (MethodInfo method in contract.GetMethods().OrderBy(m => m.Name, StringComparer.Ordinal))
            {
                IEnumerable<string> parameters = method.GetParameters().Where(p => p.ParameterType != typeof(CancellationToken)).Select(p => Name(p.ParameterType, types));
                text.Append("  ").Append(method.Name).Append('(').AppendJoin(", ", parameters).Append(") : ").Append(Name(method.ReturnType, types)).Append('\n');
            }
        }

        _ = Name(typeof(ErrorInfo), types);
        AppendTypes(text, types);
        return text.ToString();
    }

    private static void AppendTypes(StringBuilder text, SortedDictionary<string, Type> types)
    {
        var done = new Dictionary<string, string>(StringComparer.Ordinal);
        while (types.FirstOrDefault(t => !done.ContainsKey(t.Key)) is { Value: { } type })
        {
            done[type.Name] = type.IsEnum ? DescribeEnum(type) : DescribeRecord(type, types);
        }

        text.AppendJoin("", done.OrderBy(d => d.Key, StringComparer.Ordinal).Select(d => d.Value));
    }

    private static string DescribeEnum(Type type)
    {
        var text = new StringBuilder("\nenum ").Append(type.Name).Append('\n');
        foreach (object value in Enum.GetValues(type))
        {
            text.Append("  ").Append(value).Append(" = ").Append(((Enum)value).ToString("D")).Append('\n');
        }

        return text.ToString();
    }

    private static string DescribeRecord(Type type, SortedDictionary<string, Type> types)
    {
        var nullability = new NullabilityInfoContext();
        var text = new StringBuilder("\nrecord ").Append(type.Name).Append('\n');
        foreach (PropertyInfo property in type.GetProperties().OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            bool required = property.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute");
            bool nullable = nullability.Create(property).ReadState == NullabilityState.Nullable;
            text.Append("  ").Append(required ? "required " : "").Append(property.Name).Append(" : ").Append(Name(property.PropertyType, types)).Append(nullable ? "?" : "").Append('\n');
        }

        return text.ToString();
    }

    private static string Name(Type type, SortedDictionary<string, Type> types)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying, types);
        }

        if (type.IsGenericType)
        {
            return type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] + "<" + string.Join(", ", type.GetGenericArguments().Select(a => Name(a, types))) + ">";
        }

        // An id is a text of 64 hexadecimal digits on the wire, whatever it is made of here.
        if (type.Assembly == typeof(IServerInfo).Assembly && type != typeof(BlobId))
        {
            types[type.Name] = type;
        }

        return type.Name;
    }
}
