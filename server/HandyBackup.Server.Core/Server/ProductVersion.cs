using System.Reflection;

namespace HandyBackup.Server.Core;

/// <summary>The version of this product.</summary>
public static class ProductVersion
{
    /// <summary>Such as <c>0.1.0</c>.</summary>
    public static string Current { get; } =
        typeof(ProductVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    /// <summary>The product with its version, as snapshots and the hello name it.</summary>
    public static string Product { get; } = "Handy Backup " + Current;
}
