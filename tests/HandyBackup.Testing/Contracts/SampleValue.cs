using System.Globalization;
using System.Reflection;
using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Testing;

/// <summary>Makes values of the contracts' types with every property set, each to something else, so that nothing can be lost on the way unseen.</summary>
public sealed class SampleValue(int seed)
{
    private int _counter = seed * 1000;

    public object Create(Type type)
    {
        int number = ++_counter;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Create(underlying);
        }

        if (type.IsEnum)
        {
            Array values = Enum.GetValues(type);
            return values.GetValue(number % values.Length)!;
        }

        if (type.IsGenericType)
        {
            return CreateGeneric(type);
        }

        return CreatePlain(type, number) ?? CreateRecord(type);
    }

    private static object? CreatePlain(Type type, int number) => Type.GetTypeCode(type) switch
    {
        TypeCode.String => "text " + number.ToString(CultureInfo.InvariantCulture) + " \u00e4\u4e2d\ud83d\ude00 \"\\\n",
        TypeCode.Int32 => number,
        TypeCode.Int64 => (1L << 53) + number,
        TypeCode.Boolean => true,
        TypeCode.Double => number / 7.0,
        _ when type == typeof(BlobId) => new BlobId(new Sha256Hash([.. Enumerable.Range(number, Sha256Hash.Size).Select(i => (byte)i)])),
        _ when type == typeof(Guid) => new Guid(number, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11),
        _ when type == typeof(TimeSpan) => new TimeSpan(1, 2, 3, 4).Add(TimeSpan.FromTicks(number)),
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 3, 29, 2, 30, 0, TimeSpan.FromMinutes(345)).AddTicks(number),
        _ when type == typeof(byte[]) => new byte[] { 0, (byte)number, 255 },
        _ when type == typeof(JsonElement) => JsonDocument.Parse($$"""{"list":["a",{{number}},null,true,1.5]}""").RootElement,
        _ => null,
    };

    private object CreateGeneric(Type type)
    {
        Type[] arguments = type.GetGenericArguments();
        if (type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
        {
            Array list = Array.CreateInstance(arguments[0], 2);
            list.SetValue(Create(arguments[0]), 0);
            list.SetValue(Create(arguments[0]), 1);
            return list;
        }

        if (type == typeof(ReadOnlyMemory<byte>))
        {
            return new ReadOnlyMemory<byte>([1, 2, (byte)_counter, 255]);
        }

        Assert.Equal(typeof(IReadOnlyDictionary<string, JsonElement>), type);
        return new Dictionary<string, JsonElement>
        {
            ["Exclude"] = (JsonElement)Create(typeof(JsonElement)),
            ["camelCaseStays"] = (JsonElement)Create(typeof(JsonElement)),
            ["takeAway"] = JsonDocument.Parse("null").RootElement,
        };
    }

    private object CreateRecord(Type type)
    {
        // HandyBackup.Contracts exists in two builds at once in one of the tests: types are told apart by name.
        Assert.Equal(typeof(ErrorCode).Namespace, type.Namespace);
        ConstructorInfo constructor = type.GetConstructors().OrderByDescending(c => c.GetParameters().Length).First();
        object value = constructor.Invoke([.. constructor.GetParameters().Select(p => Create(p.ParameterType))]);
        foreach (PropertyInfo property in type.GetProperties().Where(p => p.CanWrite && constructor.GetParameters().All(c => c.Name != p.Name)))
        {
            property.SetValue(value, Create(property.PropertyType));
        }

        return value;
    }
}
