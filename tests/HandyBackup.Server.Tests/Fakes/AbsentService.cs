using System.Reflection;

namespace HandyBackup.Server.Tests.Fakes;

/// <summary>A service of which every call fails.</summary>
public class AbsentService : DispatchProxy
{
    public static T Create<T>()
        where T : class => Create<T, AbsentService>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => throw new InvalidOperationException(targetMethod!.Name);
}
