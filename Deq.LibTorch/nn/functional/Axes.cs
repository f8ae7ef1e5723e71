namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly long[] _ones2 = [1, 1];
            private static readonly long[] _zeros2 = [0, 0];

            /// <summary>A number, a pair or an array for the spatial dimensions, as libtorch takes it.</summary>
            internal static long[] Axes(long value) => [value];

            internal static long[] Axes((long First, long Second) values) => [values.First, values.Second];

            internal static long[]? Axes((long First, long Second)? values) => values is { } given ? [given.First, given.Second] : null;

            internal static long[] Square(long value) => [value, value];

            internal static long[]? Square(long? value) => value is { } given ? [given, given] : null;
        }
    }
}
