// The most used emoji, by Slack's names.

const TABLE = `
  grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 satisfied 😆 sweat_smile 😅
  rolling_on_the_floor_laughing 🤣 joy 😂 slightly_smiling_face 🙂 upside_down_face 🙃
  melting_face 🫠 wink 😉 blush 😊 innocent 😇 smiling_face_with_3_hearts 🥰 heart_eyes 😍
  star-struck 🤩 kissing_heart 😘 relaxed ☺️ yum 😋 stuck_out_tongue 😛
  stuck_out_tongue_winking_eye 😜 zany_face 🤪 hugging_face 🤗 face_with_hand_over_mouth 🤭
  shushing_face 🤫 thinking_face 🤔 saluting_face 🫡 zipper_mouth_face 🤐
  face_with_raised_eyebrow 🤨 neutral_face 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒
  face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴 mask 😷
  face_with_thermometer 🤒 nauseated_face 🤢 sneezing_face 🤧 hot_face 🥵 cold_face 🥶 dizzy_face 😵
  exploding_head 🤯 face_with_cowboy_hat 🤠 partying_face 🥳 sunglasses 😎 nerd_face 🤓 confused 😕
  worried 😟 slightly_frowning_face 🙁 open_mouth 😮 hushed 😯 astonished 😲 flushed 😳
  pleading_face 🥺 face_holding_back_tears 🥹 frowning 😦 anguished 😧 fearful 😨 cold_sweat 😰
  disappointed_relieved 😥 cry 😢 sob 😭 scream 😱 confounded 😖 disappointed 😞 sweat 😓 weary 😩
  tired_face 😫 yawning_face 🥱 triumph 😤 rage 😡 angry 😠 skull 💀 ghost 👻 robot_face 🤖
  see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 wave 👋 raised_back_of_hand 🤚 hand ✋
  raised_hand ✋ spock-hand 🖖 ok_hand 👌 pinched_fingers 🤌 pinching_hand 🤏 v ✌️
  crossed_fingers 🤞 the_horns 🤘 call_me_hand 🤙 point_left 👈 point_right 👉 point_up_2 👆
  point_down 👇 point_up ☝️ +1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 fist ✊ facepunch 👊 clap 👏
  raised_hands 🙌 heart_hands 🫶 open_hands 👐 palms_up_together 🤲 handshake 🤝 pray 🙏
  writing_hand ✍️ muscle 💪 eyes 👀 eye 👁️ brain 🧠 ear 👂 bow 🙇 face_palm 🤦 shrug 🤷
  raising_hand 🙋 no_good 🙅 ok_woman 🙆 person_in_lotus_position 🧘 runner 🏃 walking 🚶 dancer 💃
  man-raising-hand 🙋‍♂️ woman-raising-hand 🙋‍♀️ baby 👶 technologist 🧑‍💻 busts_in_silhouette 👥
  bust_in_silhouette 👤 speech_balloon 💬 thought_balloon 💭 zzz 💤 people_hugging 🫂 heart ❤️
  orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 brown_heart 🤎
  black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 two_hearts 💕 heartbeat 💓
  revolving_hearts 💞 cupid 💘 gift_heart 💝 kiss 💋 100 💯 boom 💥 collision 💥 dizzy 💫
  sweat_drops 💦 dash 💨 dog 🐶 cat 🐱 mouse 🐭 hamster 🐹 rabbit 🐰 fox_face 🦊 bear 🐻 panda_face 🐼
  tiger 🐯 lion_face 🦁 cow 🐮 pig 🐷 frog 🐸 monkey_face 🐵 chicken 🐔 penguin 🐧 bird 🐦
  hatching_chick 🐣 owl 🦉 duck 🦆 eagle 🦅 bee 🐝 honeybee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢
  snake 🐍 octopus 🐙 crab 🦀 fish 🐟 dolphin 🐬 whale 🐳 shark 🦈 elephant 🐘 unicorn_face 🦄 sloth 🦥
  otter 🦦 hedgehog 🦔 bouquet 💐 cherry_blossom 🌸 rose 🌹 sunflower 🌻 blossom 🌼 tulip 🌷
  seedling 🌱 evergreen_tree 🌲 deciduous_tree 🌳 palm_tree 🌴 cactus 🌵 herb 🌿 four_leaf_clover 🍀
  maple_leaf 🍁 fallen_leaf 🍂 leaves 🍃 mushroom 🍄 apple 🍎 green_apple 🍏 pear 🍐 tangerine 🍊
  lemon 🍋 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍 avocado 🥑
  tomato 🍅 carrot 🥕 corn 🌽 bread 🍞 croissant 🥐 cheese_wedge 🧀 egg 🥚 pancakes 🥞 hamburger 🍔
  pizza 🍕 taco 🌮 sandwich 🥪 fries 🍟 ramen 🍜 sushi 🍣 cookie 🍪 doughnut 🍩 cake 🍰 birthday 🎂
  cupcake 🧁 chocolate_bar 🍫 candy 🍬 popcorn 🍿 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷
  champagne 🍾 clinking_glasses 🥂 tropical_drink 🍹 soccer ⚽ basketball 🏀 football 🏈 tennis 🎾
  trophy 🏆 medal 🎖️ sports_medal 🏅 first_place_medal 🥇 second_place_medal 🥈
  third_place_medal 🥉 dart 🎯 game_die 🎲 jigsaw 🧩 video_game 🎮 guitar 🎸 microphone 🎤
  love_letter 💌 scales ⚖️ open_book 📖
  headphones 🎧 musical_note 🎵 notes 🎶 art 🎨 performing_arts 🎭 clapper 🎬 chess_pawn ♟️
  bowling 🎳 mountain ⛰️ bicyclist 🚴 surfer 🏄 house 🏠 house_with_garden 🏡 office 🏢 hospital 🏥
  school 🏫 building_construction 🏗️ beach_with_umbrella 🏖️ desert_island 🏝️ volcano 🌋
  sunrise 🌅 rainbow 🌈 bridge_at_night 🌉 ferris_wheel 🎡 tent ⛺ statue_of_liberty 🗽 car 🚗 taxi 🚕
  bus 🚌 train 🚋 train2 🚆 bullettrain_side 🚄 tram 🚊 airplane ✈️ rocket 🚀 helicopter 🚁 ship 🚢
  boat ⛵ anchor ⚓ bike 🚲 traffic_light 🚥 construction 🚧 fuelpump ⛽ ambulance 🚑 fire_engine 🚒
  watch ⌚ alarm_clock ⏰ stopwatch ⏱️ timer_clock ⏲️ hourglass ⌛ hourglass_flowing_sand ⏳
  clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 sunny ☀️ partly_sunny ⛅ cloud ☁️ rain_cloud 🌧️
  thunder_cloud_and_rain ⛈️ snowflake ❄️ snowman ☃️ zap ⚡ umbrella ☂️ fire 🔥 droplet 💧 ocean 🌊
  star ⭐ star2 🌟 sparkles ✨ crescent_moon 🌙 full_moon 🌕 earth_africa 🌍 earth_americas 🌎
  earth_asia 🌏 globe_with_meridians 🌐 christmas_tree 🎄 fireworks 🎆 sparkler 🎇 balloon 🎈 tada 🎉
  confetti_ball 🎊 gift 🎁 ribbon 🎀 crown 👑 gem 💎 tophat 🎩 ring 💍 phone ☎️ telephone_receiver 📞
  iphone 📱 computer 💻 keyboard ⌨️ desktop_computer 🖥️ printer 🖨️ floppy_disk 💾 camera 📷
  video_camera 📹 tv 📺 radio 📻 battery 🔋 electric_plug 🔌 bulb 💡 flashlight 🔦 candle 🕯️ mag 🔍
  mag_right 🔎 microscope 🔬 telescope 🔭 email ✉️ envelope ✉️ incoming_envelope 📨 inbox_tray 📥
  outbox_tray 📤 package 📦 mailbox 📫 postbox 📮 pencil 📝 pencil2 ✏️ memo 📝 black_nib ✒️
  file_folder 📁 open_file_folder 📂 date 📅 calendar 📆 spiral_calendar_pad 🗓️
  card_index_dividers 🗂️ clipboard 📋 pushpin 📌 round_pushpin 📍 paperclip 📎 straight_ruler 📏
  scissors ✂️ wastebasket 🗑️ lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ nut_and_bolt 🔩
  link 🔗 toolbox 🧰 magnet 🧲 ladder 🪜 shield 🛡️ broom 🧹 soap 🧼 bell 🔔 no_bell 🔕 loudspeaker 📢
  mega 📣 book 📖 books 📚 notebook 📓 bookmark 🔖 label 🏷️ newspaper 📰 scroll 📜 page_facing_up 📄
  bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 moneybag 💰 euro 💶
  dollar 💵 credit_card 💳 receipt 🧾 briefcase 💼 handbag 👜 luggage 🧳 compass 🧭 world_map 🗺️
  door 🚪 couch_and_lamp 🛋️ bed 🛏️ test_tube 🧪 pill 💊 adhesive_bandage 🩹 dna 🧬 crystal_ball 🔮
  warning ⚠️ no_entry ⛔ no_entry_sign 🚫 x ❌ heavy_multiplication_x ✖️ o ⭕ white_check_mark ✅
  heavy_check_mark ✔️ ballot_box_with_check ☑️ question ❓ grey_question ❔ exclamation ❗
  grey_exclamation ❕ heavy_exclamation_mark ❗ bangbang ‼️ interrobang ⁉️ rotating_light 🚨
  sos 🆘 triangular_flag_on_post 🚩 checkered_flag 🏁 rainbow-flag 🏳️‍🌈 infinity ♾️ recycle ♻️
  heavy_plus_sign ➕ heavy_minus_sign ➖ information_source ℹ️ new 🆕 free 🆓 up 🆙 cool 🆒 ok 🆗
  red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢
  large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤 black_circle ⚫ white_circle ⚪
  large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩
  large_blue_square 🟦 white_large_square ⬜ black_large_square ⬛ small_red_triangle 🔺
  small_orange_diamond 🔸 small_blue_diamond 🔹 large_orange_diamond 🔶 large_blue_diamond 🔷
  arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️
  arrow_lower_right ↘️ left_right_arrow ↔️ arrows_counterclockwise 🔄
  leftwards_arrow_with_hook ↩️ rewind ⏪ fast_forward ⏩ arrow_forward ▶️ double_vertical_bar ⏸️
  black_square_for_stop ⏹️ zero 0️⃣ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣
  seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟 hash #️⃣ flag-pt 🇵🇹 flag-us 🇺🇸 flag-in 🇮🇳
  flag-gb 🇬🇧 flag-eu 🇪🇺 flag-de 🇩🇪 flag-fr 🇫🇷 flag-es 🇪🇸 flag-br 🇧🇷 flag-nl 🇳🇱
`;

const words = TABLE.trim().split(/\s+/);

/** Every known emoji, `{ name: character }`; also used for completion. */
export const EMOJI = {};
for (let at = 0; at < words.length; at += 2) EMOJI[words[at]] = words[at + 1];

const TONE = /^skin-tone-([2-6])$/;
const LIGHTEST = 0x1f3fb;

/** Returns the character for an emoji name and skin tone name, or undefined if unknown. */
export function emoji(name, tone = "") {
  const character = Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined;
  const shade = TONE.exec(tone)?.[1];
  return character && shade ? toned(character, Number(shade)) : character;
}

function toned(character, shade) {
  const [first, ...rest] = character.replace("\ufe0f", "");
  if (!/\p{Emoji_Modifier_Base}/u.test(first)) return character;
  return first + String.fromCodePoint(LIGHTEST + shade - 2) + rest.join("");
}
