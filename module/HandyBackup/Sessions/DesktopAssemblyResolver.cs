#if NETSTANDARD
using System.Reflection;

namespace HandyBackup.Module;

/// <summary>Finds the module's own libraries on Windows PowerShell, which has no load contexts.</summary>
public static class DesktopAssemblyResolver
{
    private static readonly string s_folder = Path.GetDirectoryName(typeof(DesktopAssemblyResolver).Assembly.Location)!;

    private static int s_installed;

    /// <summary>Begins to answer. Further calls do nothing.</summary>
    public static void Install()
    {
        if (Interlocked.Exchange(ref s_installed, 1) == 0)
        {
            AppDomain.CurrentDomain.AssemblyResolve += Resolve;
        }
    }

    // Only requests by assemblies of our own folder are answered: what another module asks for is not ours to give.
    private static Assembly? Resolve(object? sender, ResolveEventArgs request)
    {
        if (request.RequestingAssembly is not { IsDynamic: false } requester || !IsOurs(requester))
        {
            return null;
        }

        var wanted = new AssemblyName(request.Name);
        string path = Path.Combine(s_folder, wanted.Name + ".dll");
        if (!File.Exists(path))
        {
            return null;
        }

        var offered = AssemblyName.GetAssemblyName(path);
        return offered.Version >= wanted.Version && SameToken(offered, wanted) ? Assembly.LoadFrom(path) : null;
    }

    private static bool IsOurs(Assembly assembly) =>
        string.Equals(Path.GetDirectoryName(assembly.Location), s_folder, StringComparison.OrdinalIgnoreCase);

    private static bool SameToken(AssemblyName offered, AssemblyName wanted) =>
        (wanted.GetPublicKeyToken() ?? []).AsSpan().SequenceEqual(offered.GetPublicKeyToken() ?? []);
}
#endif
