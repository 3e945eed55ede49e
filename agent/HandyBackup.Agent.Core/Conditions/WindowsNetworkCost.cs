using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Conditions;

/// <summary>What the machine's way to the internet costs, as Windows knows it (netlistmgr.h).</summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsNetworkCost
{
    // NLM_CONNECTION_COST
    private const uint Unrestricted = 0x1;
    private const uint Fixed = 0x2;
    private const uint Variable = 0x4;
    private const uint OverDataLimit = 0x10000;
    private const uint Roaming = 0x40000;

    private const uint AllContexts = 0x17;
    private static readonly Guid s_networkListManager = new("DCB00C01-570F-4A9B-8D69-199FDBA5723B");
    private static readonly Guid s_networkCost = new("DCB00008-570F-4A9B-8D69-199FDBA5723B");

    /// <summary>True if what travels is charged for or limited; null if Windows does not know.</summary>
    public static bool? IsMetered() =>
        CoCreateInstance(s_networkListManager, 0, AllContexts, s_networkCost, out INetworkCost manager) == 0 && manager.GetCost(out uint cost, 0) == 0
            ? Judge(cost)
            : null;

    /// <summary>What a cost means.</summary>
    internal static bool? Judge(uint cost) =>
        (cost & (Fixed | Variable | OverDataLimit | Roaming)) != 0 ? true : (cost & Unrestricted) != 0 ? false : null;

    [LibraryImport("ole32.dll")]
    private static partial int CoCreateInstance(in Guid type, nint outer, uint context, in Guid wanted, out INetworkCost instance);

    [GeneratedComInterface]
    [Guid("DCB00008-570F-4A9B-8D69-199FDBA5723B")]
    internal partial interface INetworkCost
    {
        // The first of its methods; the rest is not used.
        [PreserveSig]
        int GetCost(out uint cost, nint destination);
    }
}
